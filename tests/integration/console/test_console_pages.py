"""What the pages of the console show and do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.errors import ZoomScopeMissing, ZoomUnavailable
from lectern_testing.console import RIGHT_TO_LEFT, with_meeting
from lectern_testing.lms.api import MORNING, Lms
from lectern_testing.operator import Operator

ZOOM = {"account_id": "a", "client_id": "c", "client_secret": "s"}
A_PERSON = {"email": "lee@acme.example", "first_name": "Lee"}


class TestTheListOfEvents:
    def test_begins_today_unless_asked_otherwise(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        lms.parts.moment = MORNING + timedelta(days=3)
        operator.enter()

        assert titles(operator.get("/console/events")) == [RIGHT_TO_LEFT]
        assert titles(operator.get("/console/events?when=all")) == [
            "Long ago", "Forklift safety", RIGHT_TO_LEFT,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("state=failed", [RIGHT_TO_LEFT]),
            ("from=2026-12-01&to=2026-12-01", ["Forklift safety"]),
            ("text=FORKLIFT", ["Forklift safety"]),
            ("text=ev-3", ["Long ago"]),
            ("text=nothing", []),
            ("state=odd&when=all", ["Long ago", "Forklift safety", RIGHT_TO_LEFT]),
            ("text=++&state=&from=&to=", ["Long ago", "Forklift safety", RIGHT_TO_LEFT]),
        ],
    )
    def test_can_be_filtered_and_searched(
        self, lms: Lms, events: Any, operator: Operator, query: dict[str, Any], found: Any
    ) -> None:
        assert titles(operator.get(f"/console/events?{query}")) == found

    @pytest.mark.parametrize(
        "query", ["from=yesterday", "to=2026-13-01", "from=9999-12-31", "from=20261201",
                  "to=2026-12-01&from=2026-12-02", "text=" + "x" * 201]
    )  # fmt: skip
    def test_says_at_the_field_what_it_cannot_look_for(
        self, lms: Lms, events: Any, operator: Operator, query: dict[str, Any]
    ) -> None:
        shown = operator.get(f"/console/events?{query}")

        assert shown.status == 200
        name = query.partition("=")[0]  # type: ignore[attr-defined]
        assert re.search(rf'name="{name}"[^>]*aria-invalid="true"', shown.text)
        assert titles(shown) == []

    @pytest.mark.parametrize("cursor", ["x", "x" * 2000, "%00", "é"])
    def test_does_not_follow_a_cursor_that_it_did_not_give(
        self, lms: Lms, events: Any, operator: Operator, cursor: Any
    ) -> None:
        for path in (
            "/console/events", "/console/events/ev-1", "/console/events/ev-1/history",
            "/console/people/u-77",
        ):  # fmt: skip
            assert operator.get(f"{path}?cursor={cursor}").status == 422

    def test_has_pages(self, lms: Lms, operator: Operator) -> None:
        for number in range(60):
            lms.put_event(f"ev-{number:02}", title=f"Event {number:02}")

        first = operator.get("/console/events")
        [following] = first.links("cursor=")
        second = operator.get(following)

        assert [len(titles(page)) for page in (first, second)] == [50, 10]
        assert not set(titles(first)) & set(titles(second))
        assert second.links("cursor=") == []


class TestAnEvent:
    def test_shows_its_people_with_state_and_reason(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        lms.enrol("u-78", email="KIM@acme.example")
        page = operator.get("/console/events/ev-1").text

        assert "<bdi>Kim Ng</bdi>" in page
        assert "To be registered" in page
        assert "Europe/Copenhagen" in page

    def test_moves_while_something_is_under_way_and_stands_still_otherwise(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        assert (
            'id="standing" aria-labelledby="standing-name" data-live="2"'
            in operator.get("/console/events/ev-1").text
        )
        assert "data-live" not in operator.get("/console/events/ev-2").text

    def test_is_synchronised_by_a_button(self, lms: Lms, events: Any, operator: Operator) -> None:
        before = lms.parts.events().get("ev-1").sync  # type: ignore[union-attr]

        sent = operator.post("/console/events/ev-1/sync")

        assert sent.location == "/console/events/ev-1?done=sync"
        after = lms.parts.events().get("ev-1").sync  # type: ignore[union-attr]
        assert after.requested == before.requested + 1
        assert after.verify
        assert "A synchronisation was asked for" in operator.get(sent.location).text

    def test_people_are_filtered_by_where_they_stand(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        pending = operator.get(f"/console/events/ev-1?state={EnrollmentState.PENDING}")
        failed = operator.get(f"/console/events/ev-1?state={EnrollmentState.FAILED}")

        assert "Kim Ng" in pending.text
        assert "Kim Ng" not in failed.text
        assert "Nobody stands there" in failed.text

    @pytest.mark.parametrize(
        ("wanted", "leads_to"),
        [
            ("u-77", "/console/events/ev-1/people/u-77"),
            ("u-99", "/console/events/ev-1?person=u-99"),
            ("", "/console/events/ev-1"),
            ("no@acme.example", "/console/events/ev-1?person=no%40acme.example"),
        ],
    )
    def test_people_are_found_by_their_id(
        self, lms: Lms, events: Any, operator: Operator, wanted: Any, leads_to: Any
    ) -> None:
        found = operator.get(f"/console/events/ev-1/people?person={wanted}")
        assert found.location == leads_to

    def test_people_are_found_by_their_address(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        lms.parts.enrollments().claim_address("ev-1", "kim@acme.example", "u-77")

        found = operator.get("/console/events/ev-1/people?person=Kim@ACME.example")

        assert found.location == "/console/events/ev-1/people/u-77"

    def test_that_does_not_exist_is_not_found(self, operator: Operator) -> None:
        for path in ("/console/events/no", "/console/events/no/people/u-1", "/console/people/no"):
            assert operator.get(path).status == 404

    def test_of_another_language_is_told_in_it(self, lms: Lms, events: Any) -> None:
        danish = Operator(lms, language="da-DK")
        danish.enter()

        page = danish.get("/console/events/ev-1").text
        assert '<html lang="da">' in page
        assert "Synkronisér nu" in page


class TestWhatHappened:
    def test_has_what_operators_did_with_who_it_was(
        self, lms: Lms, events: Any, operator: Operator, admin: Operator
    ) -> None:
        operator.post("/console/events/ev-1/sync")
        lms.post("/v1/events/ev-1/sync")
        host = Operator(lms)
        host.enter(user_id="u-1")
        host.post("/console/events/ev-1/join-link")

        entries = lms.get("/v1/events/ev-1/timeline").json["items"]
        acts = {(each["code"], each["user_id"]) for each in entries if each["kind"] == "operator"}
        assert acts == {
            ("synchronise", "op-1"), ("synchronise", None), ("own_join_link", "u-1"),
        }  # fmt: skip
        for path in ("/console/events/ev-1", "/console/events/ev-1/history"):
            page = admin.get(path).text
            assert "A synchronisation was asked for by hand." in page
            assert '<a href="/live/console/people/op-1">' in page

    def test_has_pages(self, lms: Lms, events: Any, operator: Operator) -> None:
        for _ in range(60):
            lms.parts.moment += timedelta(minutes=1)
            lms.post("/v1/events/ev-1/sync")

        first = operator.get("/console/events/ev-1/history")
        [following] = first.links("cursor=")
        assert first.text.count("by hand") == 50
        assert operator.get(following).text.count("by hand") == 10


class TestWhy:
    def test_an_event_is_as_it_is(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.get("/console/events/ev-2/why").text

        assert "The host is not in the Zoom account" in page
        assert "Who acts: the Zoom administrator" in " ".join(page.split())

    def test_a_person_cannot_join(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.get("/console/events/ev-2/people/u-1").text

        assert "What the Join button shows" in page
        assert "The host is not in the Zoom account" in page


class TestTheOwnJoinLink:
    def test_is_shown_to_whoever_is_in_the_event(self, lms: Lms, events: Any) -> None:
        host = Operator(lms)
        host.enter(user_id="u-1")

        page = host.post("/console/events/ev-1/join-link").text

        link = re.search(r'value="(https://api.example/live/join/[^"]+)"', page)
        assert link
        assert link[1] not in host.log.getvalue()

    def test_is_nobody_else_s(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.post("/console/events/ev-1/join-link").text

        assert "/join/" not in page
        assert "no join link for you" in page


@dataclass
class ZoomThatEnds:
    """A Zoom account that is asked to end a session."""

    was_on: bool = False
    error: Exception | None = None

    def sessions(self, _kind: Any) -> Any:
        return self

    def end(self, _zoom_id: Any) -> Any:
        if self.error:
            raise self.error
        return self.was_on


class TestTheEndOfASession:
    @pytest.fixture
    def host(self, lms: Lms, events: Any) -> Any:
        with_meeting(lms, "ev-1")
        lms.put("/v1/settings", {"zoom": ZOOM})
        host = Operator(lms)
        host.enter(user_id="u-1")
        return host

    def test_is_asked_for_twice(self, lms: Lms, events: Any, operator: Operator) -> None:
        assert "/console/events/ev-1/end" not in operator.get("/console/events/ev-1").text
        assert "End the session for everyone?" in operator.get("/console/events/ev-1/end").text

    @pytest.mark.parametrize(("was_on", "told"), [(True, "was ended"), (False, "No session is on")])
    def test_is_asked_of_zoom_and_recorded(
        self, lms: Lms, events: Any, host: str, was_on: Any, told: Any
    ) -> None:
        lms.parts.zoom_account = lambda _: ZoomThatEnds(was_on=was_on)  # type: ignore[assignment, method-assign, return-value]

        sent = host.post("/console/events/ev-1/end")  # type: ignore[attr-defined]

        assert told in host.get(sent.location).text  # type: ignore[attr-defined]
        entries = lms.get("/v1/events/ev-1/timeline").json["items"]
        acts = [each["user_id"] for each in entries if each["code"] == "end_session"]
        assert acts == (["u-1"] if was_on else [])

    def test_that_zoom_refuses_says_why(self, lms: Lms, events: Any, host: str) -> None:
        error = ZoomScopeMissing("end_meeting", scopes=("meeting:update:status:admin",))
        lms.parts.zoom_account = lambda _: ZoomThatEnds(error=error)  # type: ignore[assignment, method-assign, return-value]

        refused = host.post("/console/events/ev-1/end")  # type: ignore[attr-defined]

        assert refused.status == 409
        assert "The Zoom app lacks a scope" in refused.text
        assert "End the session for everyone?" in refused.text

    def test_while_zoom_does_not_answer_can_be_asked_again(
        self, lms: Lms, events: Any, host: str
    ) -> None:
        error = ZoomUnavailable("end_meeting", status=503, unclear=False)
        lms.parts.zoom_account = lambda _: ZoomThatEnds(error=error)  # type: ignore[assignment, method-assign, return-value]

        refused = host.post("/console/events/ev-1/end")  # type: ignore[attr-defined]

        assert refused.status == 503
        assert "Zoom does not answer at the moment" in refused.text

    def test_where_none_is_on_says_so(self, lms: Lms, events: Any, operator: Operator) -> None:
        sent = operator.post("/console/events/ev-1/end")

        assert sent.location == "/console/events/ev-1?done=not_live"
        assert "No session is on" in operator.get(sent.location).text


class TestAPerson:
    def test_is_shown_across_events(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.get("/console/people/u-77").text

        assert "Forklift safety" in page
        assert "Preparing…" in page
        assert "kim@acme.example" in page

    def test_with_many_events_has_pages(self, lms: Lms, events: Any, operator: Operator) -> None:
        for number in range(60):
            lms.put_event(f"ev-x{number}", title=f"Event {number}")
            lms.put(f"/v1/events/ev-x{number}/enrollments/u-99", A_PERSON)

        first = operator.get("/console/people/u-99")
        [following] = first.links("cursor=")
        second = operator.get(following)

        assert (len(titles(first)), len(titles(second))) == (50, 10)
        assert not set(titles(first)) & set(titles(second))

    def test_who_hosts_is_shown_too(self, lms: Lms, events: Any, operator: Operator) -> None:
        page = operator.get("/console/people/u-1")

        assert titles(page) == ["Forklift safety", RIGHT_TO_LEFT, "Long ago"]

    def test_is_found_by_id(self, lms: Lms, events: Any, operator: Operator) -> None:
        assert operator.get("/console/people?person=u-77").location == "/console/people/u-77"
        for strange in ("..%2Fsettings", "x y"):
            assert operator.get(f"/console/people?person={strange}").status == 404

    def test_in_an_event_is_told_what_the_button_shows(
        self, lms: Lms, events: Any, operator: Operator
    ) -> None:
        access = {
            "granted": False,
            "requirements": [{"id": "r", "title": "<b>Module</b>", "met": False}],
        }
        lms.put_event("ev-1", access_validation=True)
        lms.enrol("u-77", access=access)

        page = operator.get("/console/events/ev-1/people/u-77").text

        assert "See requirements" in page
        assert "&lt;b&gt;Module&lt;/b&gt;" in page


def test_no_page_has_the_link_or_the_passcode_of_anybody(
    lms: Lms, events: Any, operator: Operator
) -> None:
    lms.parts.click.outcome = {"url": "https://zoom.example/secret"}
    pages = [
        operator.get(path).text
        for path in ("/console", "/console/events", "/console/events/ev-1", "/console/people/u-77")
    ]
    assert all("zoom.example" not in page and "passcode" not in page for page in pages)


def titles(page: Any) -> Any:
    return re.findall(r'class="name" href="[^"]*"><bdi>([^<]*)</bdi>', page.text)
