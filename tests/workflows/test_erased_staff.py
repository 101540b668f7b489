"""Hosts and instructors who are erased, and strangers: nothing of them is left in the table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.attendance.matching import Attendee, position_of_stranger
from lectern.domain.attendance.presence import Sighting, Span
from lectern.domain.notifications import Notification, NotificationType
from lectern.store.outbox_items import Told
from lectern_testing.builders import an_instance
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.stage import Stage
from lectern_testing.table import TABLE_NAME

EVENT = "/v1/events/ev-1"
BO = {"user_id": "u-bo", "email": "bo@acme.example", "name": "Bo Lund"}
ANNA = {"user_id": "u-anna", "email": "anna@acme.example"}
WANDA = {"user_id": "u-wanda", "email": "wanda@acme.example"}
KIM = {"email": "kim@people.example", "first_name": "Kim"}


@pytest.fixture
def lms(stage: Stage) -> Lms:
    """An LMS with an event in sync, which Anna hosts and Bo instructs, and Kim is enrolled in."""
    lms = lms_on(stage)
    put(lms, stage)
    assert lms.put(f"{EVENT}/enrollments/u-kim", KIM).status == 202
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().staffing.alternative_hosts == ("bo@acme.example",)
    return lms


def put(lms: Lms, stage: Stage, **changes: Any) -> None:
    start = (stage.clock.now() + timedelta(days=1)).isoformat()
    body = an_event_body(**{"starts_at": start, "host": ANNA, "instructors": [BO]} | changes)
    assert lms.put(EVENT, body).status == 202


def is_over(stage: Stage) -> None:
    stage.wait(timedelta(days=2).total_seconds())


def is_cancelled(lms: Lms) -> None:
    assert lms.delete(EVENT).status == 202


def erased(lms: Lms, stage: Stage, user_id: str, *, touched: int = 1) -> str:
    """What the table has after a user was erased and the event was synchronised."""
    answer = lms.delete(f"/v1/users/{user_id}")
    assert (answer.status, answer.json) == (202, {"enrollments": touched})
    assert stage.synchronise() == "SUCCEEDED"
    return everything_stored(stage)


def everything_stored(stage: Stage) -> str:
    items: list[Any] = []
    for page in stage.table._client.get_paginator("scan").paginate(TableName=TABLE_NAME):
        items += page["Items"]
    return str(items).lower()


def has_nothing_of_bo(stored: str) -> bool:
    return not any(trace in stored for trace in ("u-bo", "bo@acme", "bo lund"))


def has_nothing_of_anna(stored: str) -> bool:
    return not any(trace in stored for trace in ("u-anna", "anna@acme"))


class TestAnAlternativeHost:
    def test_of_an_event_ahead_goes_at_zoom_and_here(self, lms: Lms, stage: Stage) -> None:
        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))
        assert stage.zoom_meeting()["settings"]["alternative_hosts"] == ""
        assert lms.get("/v1/users/u-bo").status == 404

    def test_of_an_event_that_was_cancelled(self, lms: Lms, stage: Stage) -> None:
        is_cancelled(lms)
        stage.synchronise()

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))

    def test_of_an_event_that_is_cancelled_at_this_moment(self, lms: Lms, stage: Stage) -> None:
        is_cancelled(lms)

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))
        assert stage.open_meetings() == {}

    def test_of_an_event_whose_meeting_zoom_does_not_let_go(self, lms: Lms, stage: Stage) -> None:
        is_cancelled(lms)
        stage.fault(operation="delete_meeting", kind="status", status=400, times=20)

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))
        assert stage.event().sync.state == "failed"

    @pytest.mark.parametrize("gone", [False, True], ids=["there", "gone"])
    def test_of_an_event_that_is_over(self, lms: Lms, stage: Stage, *, gone: bool) -> None:
        is_over(stage)
        if gone:
            stage.delete_in_zoom()
            stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
            stage.synchronise()

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))

    def test_who_was_one_no_more_when_the_meeting_was_gone(self, lms: Lms, stage: Stage) -> None:
        is_over(stage)
        stage.delete_in_zoom()
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
        stage.synchronise()
        put(lms, stage, instructors=[], starts_at=stage.event().details.starts_at.isoformat())

        assert has_nothing_of_bo(erased(lms, stage, "u-bo", touched=0))

    def test_who_was_named_before_anything_was_done(self, stage: Stage) -> None:
        """Nothing was made of the list yet: there is no enrollment to find the user by."""
        lms = lms_on(stage)
        put(lms, stage)

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))

    def test_who_is_a_panelist(self, stage: Stage) -> None:
        stage.seed(plan="business")
        lms = lms_on(stage)
        settings = lms.get("/v1/settings").json
        lms.put("/v1/settings", settings | {"features": {"meetings": True, "webinars": True}})
        put(lms, stage, kind="webinar", host=WANDA)
        stage.synchronise()
        assert "bo@acme" in everything_stored(stage)

        assert has_nothing_of_bo(erased(lms, stage, "u-bo"))


class TestAHost:
    def test_of_what_is_not_over_stays_and_is_told_of_what(self, lms: Lms, stage: Stage) -> None:
        before = everything_stored(stage)

        answer = lms.delete("/v1/users/u-anna")

        assert (answer.status, answer.json["code"]) == (409, "user_hosts_events")
        assert answer.json["event_ids"] == ["ev-1"]
        assert everything_stored(stage) == before

    def test_of_what_is_not_over_goes_once_somebody_else_hosts_it(
        self, lms: Lms, stage: Stage
    ) -> None:
        put(lms, stage, host=WANDA)
        stage.synchronise()

        assert has_nothing_of_anna(erased(lms, stage, "u-anna", touched=0))
        assert stage.event().details.host.user_id == "u-wanda"
        assert lms.delete("/v1/users/u-wanda").json["event_ids"] == ["ev-1"]

    @pytest.mark.parametrize("synchronised", [True, False])
    def test_of_a_cancelled_event(self, lms: Lms, stage: Stage, *, synchronised: bool) -> None:
        is_cancelled(lms)
        if synchronised:
            stage.synchronise()

        assert has_nothing_of_anna(erased(lms, stage, "u-anna"))
        assert stage.open_meetings() == {}
        assert stage.event().sync.state == "in_sync"

    def test_of_an_event_that_is_over(self, lms: Lms, stage: Stage) -> None:
        is_over(stage)
        stage.forget_calls()

        assert has_nothing_of_anna(erased(lms, stage, "u-anna"))
        assert "get_user" not in stage.calls()
        assert lms.get(EVENT).json["host"] == {"user_id": "", "email": ""}
        assert lms.get("/v1/users/u-anna").status == 404

    def test_leaves_an_event_that_goes_on_for_the_others(self, lms: Lms, stage: Stage) -> None:
        """Nobody becomes the host, and whoever else is erased is removed at Zoom."""
        is_over(stage)
        erased(lms, stage, "u-anna")
        link = lms.get(f"{EVENT}/join", query={"user_id": "u-kim"}).json
        assert (link["state"], link["role"]) == ("join", "participant")
        stranger = lms.get(f"{EVENT}/join", query={"user_id": "u-nobody"}).json
        assert stranger["state"] == "not_enrolled"
        assert lms.post(f"{EVENT}/sync").status == 202
        assert stage.synchronise() == "SUCCEEDED"
        assert stage.event().sync.state == "in_sync"

        stored = erased(lms, stage, "u-kim")

        assert "kim@people" not in stored
        assert stage.registrants() == {}

    def test_whose_event_was_never_made_at_zoom(self, stage: Stage) -> None:
        """Without a host there is nothing to make any more."""
        lms = lms_on(stage)
        put(lms, stage)
        is_over(stage)

        assert has_nothing_of_anna(erased(lms, stage, "u-anna"))
        assert stage.open_meetings() == {}
        assert stage.event().sync.state == "in_sync"

    def test_who_attended_is_not_told_of_by_the_report(self, lms: Lms, stage: Stage) -> None:
        is_over(stage)
        meeting = stage.event().meeting
        assert meeting is not None
        now = stage.clock.now()
        run = an_instance(started_at=now - timedelta(hours=1), ended_at=now, final_at=None)
        stage.instances.create(run)
        told = Sighting(joined_at=run.started_at, left_at=now, zoom_user=meeting.host_id, name="A")
        stage.attendance.see(run, "1", told)

        erased(lms, stage, "u-anna")

        attendance = lms.get(f"{EVENT}/attendance").json
        assert (attendance["items"], attendance["unmatched"]) == ([], [])


class TestTheRest:
    def test_a_stranger_whose_address_was_the_users(self, lms: Lms, stage: Stage) -> None:
        now = stage.clock.now()
        run = an_instance("ev-of-others", started_at=now, ended_at=now, final_at=now)
        span = Span(joined_at=now, left_at=now + timedelta(minutes=9))
        for email in (" KIM@people.example", "sam@people.example"):
            stranger = Attendee(
                position=position_of_stranger(email), user_id=None, email=email, spans=(span,)
            )
            stage.attendance.add(run, stranger)

        stored = erased(lms, stage, "u-kim")

        assert "kim@people" not in stored
        assert "sam@people" in stored

    def test_a_stranger_in_what_is_not_settled_yet(self, lms: Lms, stage: Stage) -> None:
        put_other = an_event_body(starts_at=stage.clock.now().isoformat())
        lms.put("/v1/events/ev-of-others", put_other)
        run = an_instance("ev-of-others", started_at=stage.clock.now())
        stage.instances.create(run)
        for email in ("Kim@people.example", "sam@people.example"):
            told = Sighting(joined_at=run.started_at, email=email, name="Somebody")
            stage.attendance.see(run, email, told)

        lms.delete("/v1/users/u-kim")

        answer = lms.get("/v1/events/ev-of-others/attendance").json
        assert [each["email"] for each in answer["unmatched"]] == ["sam@people.example"]

    def test_what_zoom_answered_and_what_was_asked_for(self, lms: Lms, stage: Stage) -> None:
        assert lms.post("/v1/users/u-kim/login").status == 202
        assert lms.post("/v1/users/u-bo/login").status == 202
        stored = everything_stored(stage)
        assert "lookup#u-kim" in stored
        assert "cache#user#bo@acme.example" in stored

        lms.delete("/v1/users/u-bo")

        assert "cache#user#" not in everything_stored(stage)
        assert "u-kim" not in erased(lms, stage, "u-kim")

    def test_what_the_lms_was_told_anywhere(self, lms: Lms, stage: Stage) -> None:
        told = Notification(
            type=NotificationType.ENROLLMENT_REGISTERED, event_id="ev-gone", user_id="u-kim"
        )
        lms.parts.outbox().append([Told("msg_1", told)], stage.clock.now())

        assert "u-kim" not in erased(lms, stage, "u-kim")


def test_a_change_of_the_user_reaches_host_and_instructor(lms: Lms, stage: Stage) -> None:
    put(lms, stage, instructors=[BO, ANNA | {"name": "Anna Ek"}])
    change = {"email": "wanda@acme.example", "first_name": "Wanda", "last_name": "Ek"}

    answer = lms.put("/v1/users/u-anna", change)

    assert (answer.status, answer.json) == (202, {"enrollments": 1})
    event = lms.get(EVENT).json
    assert event["host"] == {"user_id": "u-anna", "email": "wanda@acme.example"}
    assert event["instructors"][1] == {
        "user_id": "u-anna", "email": "wanda@acme.example", "name": "Wanda Ek",
    }  # fmt: skip
    assert stage.synchronise() == "SUCCEEDED"
    assert stage.event().sync.state == "in_sync"


def test_a_change_of_the_user_leaves_what_is_over(lms: Lms, stage: Stage) -> None:
    is_over(stage)

    answer = lms.put("/v1/users/u-anna", {"email": "wanda@acme.example"})

    assert (answer.status, answer.json) == (200, {"enrollments": 0})
    assert lms.get(EVENT).json["host"] == ANNA


def test_an_export_has_what_the_user_hosts_and_instructs(lms: Lms, stage: Stage) -> None:
    lms.put("/v1/events/ev-2", an_event_body(starts_at="2100-01-01T10:00:00Z", host=BO_AS_HOST))
    lms.delete("/v1/events/ev-2")
    is_over(stage)

    first = lms.get("/v1/users/u-bo", query={"limit": 2}).json
    second = lms.get("/v1/users/u-bo", query={"limit": 2, "cursor": first["next_cursor"]}).json

    assert [each["event_id"] for each in first["items"]] == ["ev-1"]
    events = [*first["events"], *second["events"]]
    assert [(each["event_id"], each["role"], each["status"]) for each in events] == [
        ("ev-1", "instructor", "scheduled"),
        ("ev-2", "host", "cancelled"),
    ]
    assert (events[0]["email"], events[0]["name"]) == ("bo@acme.example", "Bo Lund")
    assert (events[1]["email"], events[1]["name"]) == ("bo@acme.example", None)


BO_AS_HOST = {"user_id": "u-bo", "email": "bo@acme.example"}


def test_who_is_named_no_more_is_not_exported(lms: Lms, stage: Stage) -> None:
    put(lms, stage, host=WANDA)

    assert lms.get("/v1/users/u-anna").status == 404
    assert [each["event_id"] for each in lms.get("/v1/users/u-wanda").json["events"]] == ["ev-1"]
