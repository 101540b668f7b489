"""The join decision over HTTP: what is answered, and when Zoom is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.join.decision import JoinState, JoinStep
from lectern_testing.builders import ZOOM_ID, a_meeting, a_registration
from lectern_testing.lms.api import MORNING, Answered, Lms, an_event_body

JOIN = "/v1/events/ev-1/join"
DECISIONS = "/v1/users/u-77/join-decisions"
LINKS = "/v1/events/ev-1/join-links"


def with_meeting(lms: Lms, event_id: str = "ev-1") -> None:
    """Has the event's meeting be there, as the workflow notes it."""
    leases = lms.parts.leases()
    now = lms.parts.now()
    event = lms.event_as_stored(event_id)
    leases.take_lease(event_id, "test", now, now + timedelta(minutes=1))
    leases.held_by(event_id, "test").record_meeting(a_meeting(event.details), ())


def registered(lms: Lms, user_id: str = "u-77", event_id: str = "ev-1") -> str:
    """Has the user be registered, as the workflow notes it."""
    enrollment = lms.enrollment_as_stored(user_id, event_id)
    registration = a_registration(enrollment.person)
    lms.parts.enrollments().record(
        enrollment, state=EnrollmentState.REGISTERED, registration=registration
    )
    assert registration.join_url
    return registration.join_url


def decision(lms: Lms, user_id: str = "u-77") -> Answered:
    return lms.get(JOIN, query={"user_id": user_id})


@pytest.fixture
def link(lms: Lms) -> str:
    """The personal link of u-77, who is registered."""
    lms.put_event()
    lms.enrol()
    with_meeting(lms)
    return registered(lms)


class TestTheButton:
    def test_who_is_registered_gets_the_link_and_zoom_is_not_asked(
        self, lms: Lms, link: str
    ) -> None:
        answer = decision(lms)
        assert answer.status == 200
        assert answer.json == {
            "state": "join", "label": "Join", "url": link, "role": "participant",
            "phase": "upcoming", "requirements": [], "retry_after_seconds": None,
            "reason": None, "message": None,
        }  # fmt: skip
        assert lms.parts.click.steps == []

    def test_who_is_not_registered_is_registered_on_the_spot(self, lms: Lms) -> None:
        lms.put_event()
        lms.enrol()
        with_meeting(lms)
        lms.parts.click.outcome = {"state": JoinState.JOIN, "url": "https://zoom.example/w/1"}
        assert decision(lms).json["url"] == "https://zoom.example/w/1"
        assert lms.parts.click.steps == [JoinStep.REGISTER]

    def test_what_is_unmet_is_listed(self, lms: Lms) -> None:
        lms.put_event(access_validation=True)
        unmet = {"id": "r1", "title": "Module 1", "met": False, "url": "https://lms.example/m/1"}
        met = {"id": "r2", "title": "Module 2", "met": True, "url": None}
        lms.enrol(access={"granted": False, "requirements": [unmet, met]})
        answer = decision(lms).json
        assert (answer["state"], answer["url"]) == ("see_requirements", None)
        assert answer["requirements"] == [unmet]
        assert answer["reason"] == "requirements_not_met"

    def test_the_host_needs_no_enrollment(self, lms: Lms, link: str) -> None:
        answer = decision(lms, "u-1").json
        assert (answer["state"], answer["role"]) == ("join", "host")
        assert lms.parts.click.steps == [JoinStep.FETCH_START_LINK]

    def test_a_stranger_is_not_enrolled(self, lms: Lms, link: str) -> None:
        answer = decision(lms, "u-78").json
        assert (answer["state"], answer["role"], answer["url"]) == ("not_enrolled", None, None)

    def test_an_event_that_does_not_exist_is_a_404(self, lms: Lms) -> None:
        answer = decision(lms)
        assert (answer.status, answer.json["code"]) == (404, "event_not_found")

    def test_faults_of_the_request_are_listed(self, lms: Lms) -> None:
        assert lms.get(JOIN).pointers == ["/user_id"]
        assert lms.get(JOIN, query={"user_id": "a b"}).pointers == ["/user_id"]
        assert lms.get(JOIN, query={"user_id": "u", "x": "1"}).pointers == ["/x"]
        assert lms.get("/v1/events/a b/join", query={"user_id": "u"}).pointers == ["/event_id"]

    def test_other_methods_are_a_405(self, lms: Lms) -> None:
        answer = lms.post(JOIN, {})
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")

    def test_a_fault_of_ours_is_told_without_its_text(self, lms: Lms, link: str) -> None:
        lms.enrol("u-78")
        lms.parts.click.error = RuntimeError(link)
        answer = decision(lms, "u-78")
        assert (answer.status, answer.json["code"]) == (500, "internal_error")
        assert link not in lms.log + answer.text

    def test_a_click_is_recorded_and_another_alike_costs_no_write(
        self, lms: Lms, link: str
    ) -> None:
        _, writes = lms.writes(lambda: decision(lms))
        _, none = lms.writes(lambda: decision(lms))

        assert writes == ["UpdateItem", "PutItem"]
        assert none == []
        [entry] = lms.get("/v1/events/ev-1/timeline").json["items"]
        assert (entry["kind"], entry["code"], entry["user_id"]) == ("join", "join", "u-77")

    def test_nobody_is_kept_out_because_a_click_cannot_be_recorded(
        self, lms: Lms, link: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_args: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(lms.parts.timeline(), "clicked", fails)
        assert decision(lms).json["url"] == link

    def test_nothing_of_people_or_links_is_logged(self, lms: Lms, link: str) -> None:
        decision(lms)
        assert "acme.example" not in lms.log
        assert link not in lms.log


class TestACoursePage:
    def test_every_event_is_answered_in_order_without_a_step_at_zoom(
        self, lms: Lms, link: str
    ) -> None:
        lms.put_event("ev-2")
        answer = lms.post(DECISIONS, {"event_ids": ["ev-2", "nowhere", "ev-1", "ev-2"]})
        assert answer.status == 200
        items = answer.json["items"]
        assert [(item["event_id"], item["state"]) for item in items] == [
            ("ev-2", "not_enrolled"),
            ("nowhere", "not_enrolled"),
            ("ev-1", "join"),
            ("ev-2", "not_enrolled"),
        ]
        assert items[1]["phase"] is None
        assert items[2]["url"] == link
        assert lms.parts.click.steps == []

    def test_the_host_gets_a_join_link_that_fetches_the_start_link_when_clicked(
        self, lms: Lms, link: str
    ) -> None:
        path = "/v1/users/u-1/join-decisions"
        (item,) = lms.post(path, {"event_ids": ["ev-1"]}).json["items"]
        assert (item["state"], item["role"]) == ("join", "host")
        assert lms.parts.click.steps == []
        lms.parts.click.outcome = {"url": "https://zoom.example/s/1?zak=fresh"}
        followed = lms.get(item["url"].removeprefix("https://api.example/live"))
        assert followed.headers["Location"] == "https://zoom.example/s/1?zak=fresh"

    def test_up_to_a_hundred_are_taken(self, lms: Lms) -> None:
        ids = [f"ev-{number}" for number in range(101)]
        assert lms.post(DECISIONS, {"event_ids": ids}).pointers == ["/event_ids"]
        assert len(lms.post(DECISIONS, {"event_ids": ids[:100]}).json["items"]) == 100
        assert lms.post(DECISIONS, {"event_ids": []}).json == {"items": []}


class TestJoinLinks:
    def made(self, lms: Lms, **body: Any) -> Answered:
        return lms.post(LINKS, {"user_id": "u-77", **body})

    def followed(self, lms: Lms, url: str, **headers: Any) -> Answered:
        return lms.get(url.removeprefix("https://api.example/live"), headers=headers)

    def test_a_link_leads_to_zoom(self, lms: Lms, link: str) -> None:
        made = self.made(lms, expires_in_seconds=3600)
        assert made.status == 200
        assert made.json["expires_at"] == "2026-11-30T10:00:00Z"
        assert made.json["url"].startswith("https://api.example/live/join/")
        answer = self.followed(lms, made.json["url"])
        assert (answer.status, answer.headers["Location"], answer.text) == (302, link, "")

    def test_it_decides_anew_at_each_click(self, lms: Lms, link: str) -> None:
        url = self.made(lms, expires_in_seconds=3600).json["url"]
        lms.delete("/v1/events/ev-1/enrollments/u-77")
        answer = self.followed(lms, url)
        assert answer.status == 200
        assert "<h1>Not enrolled</h1>" in answer.text
        assert ZOOM_ID not in answer.text

    @pytest.mark.parametrize("seconds", [0, -1, 2_592_001, 1.5, "60", None, True])
    def test_other_times_are_refused(self, lms: Lms, link: str, seconds: int) -> None:
        answer = self.made(lms, expires_in_seconds=seconds)
        assert (answer.status, answer.pointers) == (422, ["/expires_in_seconds"])

    @pytest.mark.parametrize("seconds", [1, 2_592_000])
    def test_the_longest_and_the_shortest_are_taken(
        self, lms: Lms, link: str, seconds: int
    ) -> None:
        assert self.made(lms, expires_in_seconds=seconds).status == 200

    def test_one_end_is_given_not_two(self, lms: Lms, link: str) -> None:
        both = self.made(lms, expires_in_seconds=60, expires="event_end")
        assert both.pointers == ["/expires_in_seconds"]
        assert self.made(lms, expires="never").pointers == ["/expires"]

    def test_of_an_event_that_does_not_exist_there_is_none(self, lms: Lms) -> None:
        assert self.made(lms, expires_in_seconds=60).status == 404

    def test_an_expired_one_says_so(self, lms: Lms, link: str) -> None:
        url = self.made(lms, expires_in_seconds=60).json["url"]
        lms.parts.moment = MORNING + timedelta(seconds=59)
        assert self.followed(lms, url).status == 302
        lms.parts.moment = MORNING + timedelta(seconds=60)
        answer = self.followed(lms, url)
        assert answer.status == 410
        assert "This link has expired" in answer.text
        assert lms.parts.click.steps == []

    def test_one_that_ends_with_the_event_moves_with_it(self, lms: Lms, link: str) -> None:
        made = self.made(lms, expires="event_end").json
        assert made["expires_at"] == "2026-12-08T10:00:00Z"
        lms.put("/v1/events/ev-1", an_event_body(starts_at="2026-12-20T09:00:00Z"))
        lms.parts.moment = MORNING + timedelta(days=26)
        assert self.followed(lms, made["url"]).status == 302
        lms.parts.moment = MORNING + timedelta(days=28)
        assert self.followed(lms, made["url"]).status == 410

    @pytest.mark.parametrize("token", ["x", "1.W10.x", "1..", "%00", "a.b.c.d"])
    def test_a_forged_one_says_so_and_nothing_of_the_event(
        self, lms: Lms, link: str, token: str
    ) -> None:
        answer = lms.get(f"/join/{token}")
        assert answer.status == 401
        assert "This link is not valid" in answer.text
        assert "Forklift" not in answer.text

    def test_other_methods_are_a_405(self, lms: Lms, link: str) -> None:
        assert lms.post("/join/x", {}).status == 405

    def test_a_fault_of_ours_is_a_page_too(self, lms: Lms, link: str) -> None:
        lms.enrol("u-78")
        url = lms.post(LINKS, {"user_id": "u-78", "expires_in_seconds": 60}).json["url"]
        lms.parts.click.error = RuntimeError(link)
        answer = self.followed(lms, url)
        assert answer.status == 500
        assert "Something went wrong" in answer.text
        assert link not in lms.log + answer.text

    def test_tokens_are_not_logged(self, lms: Lms, link: str) -> None:
        url = self.made(lms, expires_in_seconds=60).json["url"]
        self.followed(lms, url)
        assert url.rpartition("/")[2] not in lms.log

    def test_every_answer_has_the_headers_that_protect_it(self, lms: Lms, link: str) -> None:
        url = self.made(lms, expires_in_seconds=60).json["url"]
        for answer in (self.followed(lms, url), lms.get("/join/forged")):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


class TestPages:
    def page(self, lms: Lms, user_id: str = "u-77", language: str = "en") -> str:
        made = lms.post(LINKS, {"user_id": user_id, "expires_in_seconds": 60}).json
        path = made["url"].removeprefix("https://api.example/live")
        return lms.get(path, headers={"Accept-Language": language}).text

    def test_requirements_are_listed_with_their_links_as_texts(self, lms: Lms) -> None:
        lms.put_event(access_validation=True, title="<b>Forklift</b>")
        requirements = [
            {"id": "r1", "title": '<script>alert("1")</script>', "met": False,
             "url": "https://lms.example/?a=1&b='2'"},
            {"id": "r2", "title": "<i>No link</i>", "met": False},
        ]  # fmt: skip
        lms.enrol(access={"granted": False, "requirements": requirements})
        page = self.page(lms)
        assert "<script>" not in page
        assert page.count("<script") == 1  # the page's own
        assert "<b>" not in page
        assert 'href="https://lms.example/?a=1&amp;b=&#x27;2&#x27;"' in page
        assert "<li>&lt;i&gt;No link&lt;/i&gt;</li>" in page

    def test_while_preparing_it_refreshes_itself(self, lms: Lms) -> None:
        lms.put_event()
        lms.enrol()
        assert '<meta http-equiv="refresh" content="5">' in self.page(lms)
        lms.delete("/v1/events/ev-1")
        page = self.page(lms)
        assert "http-equiv" not in page
        assert "<h1>Cancelled</h1>" in page

    def test_there_is_a_way_back(self, lms: Lms) -> None:
        context = {"id": "c", "title": "Warehouse & co", "url": "https://lms.example/courses/9"}
        lms.put_event(context=context, url="https://lms.example/activities/77")
        page = self.page(lms)
        assert 'href="https://lms.example/activities/77"' in page
        assert 'href="https://lms.example/courses/9"' in page
        assert "Back to the course: Warehouse &amp; co" in page
        page = self.page(lms, language="fr")
        assert "Retour au cours\u00a0: Warehouse &amp; co" in page

    def test_the_start_is_shown_in_the_event_s_own_time(self, lms: Lms) -> None:
        lms.put_event(starts_at="2026-12-01T09:00:00Z", timezone="Asia/Tokyo")
        assert "2026-12-01 18:00 (Asia/Tokyo)" in self.page(lms)

    def test_it_is_in_the_visitor_s_language(self, lms: Lms) -> None:
        lms.put_event()
        page = self.page(lms, language="da-DK,da;q=0.9,en;q=0.5")
        assert '<html lang="da">' in page
        assert "<h1>Ikke tilmeldt</h1>" in page
