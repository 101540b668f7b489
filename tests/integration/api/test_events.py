from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Event
from lectern.domain.meeting import Meeting, MeetingSpec
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Features, Settings
from lectern.store.table import WriteConflict
from lectern_testing.lms.api import MORNING, Lms, an_event_body

EVENT = "/v1/events/ev-1"
LATER = MORNING + timedelta(minutes=5)


def stored(lms: Lms, event_id: str = "ev-1") -> Event:
    return lms.event_as_stored(event_id)


def synchronised(lms: Lms) -> Event:
    """Lets the event be in sync, with a meeting, as the workflow would."""
    leases = lms.parts.leases()
    leases.take_lease("ev-1", "run-1", MORNING, MORNING + timedelta(minutes=1))
    event = stored(lms)
    spec = MeetingSpec(
        topic="t", starts_at=MORNING, duration_minutes=1, timezone="UTC", passcode="pass"
    )
    meeting = Meeting(
        connection="default", kind="meeting", zoom_id="85746065", uuid="4444AAAiAAAAAiAiAiiAii==",
        host_id="h-1", host_email="anna@acme.example", join_url="https://zoom.example/j/85746065",
        spec=spec, read_back=True,
    )  # fmt: skip
    leases.held_by("ev-1", "run-1").record_meeting(meeting, ())
    return event


def test_a_new_event_is_202_with_what_it_says_and_where_it_stands(lms: Lms) -> None:
    sent = an_event_body(
        starts_at="2026-12-01T10:00:00+01:00",
        instructors=[{"user_id": "u-2", "email": "bo@acme.example", "name": "Bo Berg"}],
        connection="default",
        access_validation=None,
        context={"id": "course-9", "title": "Induction", "url": "https://lms.example/courses/9"},
        url="https://lms.example/activities/77",
        options={
            "waiting_room": False, "join_before_host": False, "passcode": None,
            "auto_recording": "none", "mute_upon_entry": True, "require_sign_in": False,
            "zoom_emails": None,
        },
    )  # fmt: skip
    answer = lms.put(EVENT, sent)
    assert answer.status == 202
    assert answer.headers["ETag"] == '"1"'
    assert answer.json == sent | {
        "event_id": "ev-1",
        "version": 1,
        "starts_at": "2026-12-01T09:00:00Z",
        "status": "scheduled",
        "phase": "upcoming",
        "sync": {
            "state": "pending", "synced_version": None, "last_synced_at": None,
            "next_attempt_at": None, "problem": None,
            "notes": [],
        },
        "zoom": None,
        "participants": {"enrolled": 0, "registered": 0, "waiting_for_access": 0, "failed": 0},
    }  # fmt: skip
    assert lms.get(EVENT).json == answer.json


def test_a_write_asks_for_a_synchronisation(lms: Lms) -> None:
    lms.put_event()
    assert (stored(lms).sync.requested, stored(lms).sync.is_due) == (1, True)
    lms.parts.moment = LATER
    lms.put_event(title="Another")
    assert stored(lms).sync.requested == 2
    assert stored(lms).sync.requested_at == LATER


@pytest.mark.parametrize("starts_at", ["2026-12-01T09:00:00Z", "2026-12-01T10:00:00.5+01:00"])
def test_a_put_that_changes_nothing_is_200_and_writes_nothing(lms: Lms, starts_at: str) -> None:
    lms.put_event()
    answer, writes = lms.writes(
        lambda: lms.put_event(starts_at=starts_at, description="Bring your certificate.", url=None)
    )
    assert (answer.status, answer.headers["ETag"], writes) == (200, '"1"', [])


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"description": None},
        {"starts_at": "2026-12-02T09:00:00Z"},
        {"duration_minutes": 90},
        {"timezone": "Europe/Oslo"},
        {"host": {"user_id": "u-9", "email": "dan@acme.example"}},
        {"instructors": [{"user_id": "u-2", "email": "bo@acme.example", "name": "Bo"}]},
        {"access_validation": True},
        {"context": {"id": "course-9"}},
        {"url": "https://lms.example/1"},
        {"options": {"waiting_room": True}},
    ],
)
def test_any_change_grows_the_version_and_is_kept(lms: Lms, change: dict[str, Any]) -> None:
    lms.put_event()
    answer = lms.put_event(**change)
    assert (answer.status, answer.headers["ETag"], answer.json["version"]) == (202, '"2"', 2)
    assert lms.get(EVENT).json == answer.json


def test_a_change_leaves_the_ledger_alone(lms: Lms) -> None:
    lms.put_event()
    synchronised(lms)
    answer = lms.put_event(title="Another")
    assert answer.json["zoom"] == {
        "id": "85746065",
        "uuid": "4444AAAiAAAAAiAiAiiAii==",
        "join_url": "https://zoom.example/j/85746065",
        "passcode": "pass",
        "host_id": "h-1",
    }
    assert stored(lms).sync.lease_owner == "run-1"


def test_cancelling_is_202_and_again_200(lms: Lms) -> None:
    lms.put_event()
    answer = lms.delete(EVENT)
    assert (answer.status, answer.json["status"], answer.headers["ETag"]) == (
        202,
        "cancelled",
        '"2"',
    )
    assert answer.json["sync"]["state"] == "pending"
    again, writes = lms.writes(lambda: lms.delete(EVENT))
    assert (again.status, again.headers["ETag"], writes) == (200, '"2"', [])
    assert lms.get(EVENT).json["status"] == "cancelled"


def test_a_put_on_a_cancelled_event_schedules_it_again(lms: Lms) -> None:
    lms.put_event()
    lms.delete(EVENT)
    answer = lms.put_event()
    assert (answer.status, answer.json["status"], answer.json["version"]) == (202, "scheduled", 3)


@pytest.mark.parametrize("send", ["get", "delete"])
def test_an_unknown_event_is_404(lms: Lms, send: str) -> None:
    answer = getattr(lms, send)(EVENT)
    assert (answer.status, answer.json["code"]) == (404, "event_not_found")
    assert lms.post(f"{EVENT}/sync").status == 404


@pytest.mark.parametrize("send", ["put", "delete"])
def test_a_stale_if_match_changes_nothing(lms: Lms, send: str) -> None:
    body = an_event_body(title="Third") if send == "put" else None
    stale: dict[str, Any] = {"headers": {"If-Match": '"1"'}, "body": body}
    assert lms.send(send.upper(), EVENT, **stale).status == 412
    lms.put_event()
    lms.put_event(title="Second")
    assert lms.send(send.upper(), EVENT, **stale).json["code"] == "precondition_failed"
    assert lms.get(EVENT).json["title"] == "Second"
    fresh = stale | {"headers": {"if-match": 'W/"7", "2"'}}
    assert lms.send(send.upper(), EVENT, **fresh).headers["ETag"] == '"3"'


def test_a_stale_if_match_is_412_even_for_a_put_that_changes_nothing(lms: Lms) -> None:
    lms.put_event()
    lms.put_event(title="Second")
    same = an_event_body(title="Second")
    assert lms.put(EVENT, same, headers={"If-Match": '"1"'}).status == 412
    assert lms.put(EVENT, same, headers={"If-Match": '"2"'}).status == 200


def test_the_loser_of_a_race_decides_again(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    lms.put_event()
    events = lms.parts.events()
    replace = events.replace_desired
    lost: list[object] = []

    def lose_once(event: Event, **change: Any) -> Event:
        if not lost:
            lost.append(change["was_version"])
            another = event.details.model_copy(update={"title": "X"})
            replace(event.model_copy(update={"details": another}), **change)
        return replace(event, **change)

    monkeypatch.setattr(events, "replace_desired", lose_once)
    assert lms.put_event(title="Second").json["version"] == 3
    assert lost == [1]


def test_the_loser_of_a_race_with_if_match_is_told(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lms.put_event()
    events = lms.parts.events()
    replace = events.replace_desired

    def lose(event: Event, **change: Any) -> None:
        replace(event, **change)
        raise WriteConflict(None)

    monkeypatch.setattr(events, "replace_desired", lose)
    answer = lms.put(EVENT, an_event_body(title="Second"), headers={"If-Match": '"1"'})
    assert answer.status == 412


def test_a_race_that_is_always_lost_is_409(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: Event, **__: object) -> None:
        raise WriteConflict(None)

    monkeypatch.setattr("lectern.api.http.retry.time.sleep", lambda _: None)
    monkeypatch.setattr(lms.parts.events(), "create", lose)
    answer = lms.put_event()
    assert (answer.status, answer.json["code"]) == (409, "write_contended")


def test_a_synchronisation_can_be_asked_for(lms: Lms) -> None:
    lms.put_event()
    lms.parts.moment = LATER
    answer = lms.post(f"{EVENT}/sync")
    assert (answer.status, answer.headers["ETag"]) == (202, '"1"')
    sync = stored(lms).sync
    assert (sync.requested, sync.verify, sync.retry_round, sync.requested_at) == (2, True, 1, LATER)
    lms.delete(EVENT)
    assert lms.post(f"{EVENT}/sync").status == 202


def test_a_problem_is_shown_while_it_stands(lms: Lms) -> None:
    lms.put_event()
    leases = lms.parts.leases()
    leases.take_lease("ev-1", "run-1", MORNING, LATER)
    problem = event_problem(EventProblem.UNAVAILABLE)
    leases.held_by("ev-1", "run-1").postpone(LATER, LATER, problem)
    sync = lms.get(EVENT).json["sync"]
    assert sync["state"] == "waiting"
    assert sync["next_attempt_at"] == "2026-11-30T09:05:00Z"
    assert sync["problem"] == {
        "code": "zoom_unavailable",
        "message": problem.message,
        "remedy": problem.remedy,
    }
    sync = lms.put_event(title="Another").json["sync"]
    assert (sync["state"], sync["next_attempt_at"], sync["problem"]) == ("pending", None, None)


def test_participants_are_counted_by_where_they_stand(lms: Lms) -> None:
    lms.put_event()
    people = [
        {"user_id": f"u-{n}", "email": f"u{n}@acme.example", "first_name": "U"} for n in range(5)
    ]
    lms.post("/v1/events/ev-1/enrollments", {"enrollments": people})
    for user_id, state in {"u-0": "registered", "u-1": "blocked", "u-2": "failed"}.items():
        enrollment = lms.enrollment_as_stored(user_id)
        shifts = lms.parts.enrollments().record(enrollment, state=EnrollmentState(state))
        lms.parts.events().count("ev-1", shifts)
    lms.delete("/v1/events/ev-1/enrollments/u-0")
    lms.delete("/v1/events/ev-1/enrollments/u-3")
    counted = {"enrolled": 5, "registered": 0, "waiting_for_access": 1, "failed": 1}
    assert lms.get(EVENT).json["participants"] == counted
    (listed,) = lms.get("/v1/events").json["items"]
    assert listed["participants"] == counted


def test_a_new_event_that_ends_in_the_past_is_refused(lms: Lms) -> None:
    over = {"starts_at": "2026-11-30T08:00:00Z", "duration_minutes": 60}
    assert lms.put_event(**over).pointers == ["/starts_at"]
    assert lms.put_event(**(over | {"duration_minutes": 61})).status == 202
    assert lms.put_event(**over).status == 202
    lms.delete(EVENT)
    assert lms.put_event(**over).pointers == ["/starts_at"]


@pytest.mark.parametrize(
    ("kind", "features"), [("webinar", Features()), ("meeting", Features(meetings=False))]
)
def test_a_kind_that_is_switched_off_is_refused(lms: Lms, kind: str, features: Features) -> None:
    lms.parts.settings().put(Settings(features=features), was_revision=0)
    assert lms.put_event(kind=kind).pointers == ["/kind"]


def test_a_webinar_is_taken_while_webinars_are_on(lms: Lms) -> None:
    lms.parts.settings().put(Settings(features=Features(webinars=True)), was_revision=0)
    assert lms.put_event(kind="webinar").status == 202


def test_a_connection_has_to_exist_but_for_the_default_one(lms: Lms) -> None:
    assert lms.put_event(connection="default").status == 202
    assert lms.put_event(connection="other").pointers == ["/connection"]


def test_faults_against_the_settings_are_told_together(lms: Lms) -> None:
    answer = lms.put_event(kind="webinar", connection="other", starts_at="2020-01-01T00:00:00Z")
    assert answer.pointers == ["/kind", "/connection", "/starts_at"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "party"}, "/kind"),
        ({"title": "x" * 201}, "/title"),
        ({"description": "x" * 2001}, "/description"),
        ({"starts_at": "2026-12-01T10:00:00"}, "/starts_at"),
        ({"duration_minutes": 0}, "/duration_minutes"),
        ({"duration_minutes": 1441}, "/duration_minutes"),
        ({"duration_minutes": "60"}, "/duration_minutes"),
        ({"duration_minutes": True}, "/duration_minutes"),
        ({"duration_minutes": 60.5}, "/duration_minutes"),
        ({"timezone": "Europe/Atlantis"}, "/timezone"),
        ({"host": None}, "/host"),
        ({"host": {"user_id": "u-1", "email": "nope"}}, "/host/email"),
        ({"host": {"user_id": "u-1", "email": "a@b.example", "name": "x"}}, "/host/name"),
        ({"instructors": [{"user_id": "u 2", "email": "b@b.example"}]}, "/instructors/0/user_id"),
        ({"instructors": [{"user_id": "u", "email": "b@b.example"}] * 2}, "/instructors"),
        (
            {"instructors": [{"user_id": f"u{n}", "email": "b@b.example"} for n in range(201)]},
            "/instructors",
        ),
        ({"connection": "a b"}, "/connection"),
        ({"access_validation": "yes"}, "/access_validation"),
        ({"context": {"title": "x"}}, "/context/id"),
        ({"context": {"id": "x" * 256}}, "/context/id"),
        ({"context": {"id": "c", "url": "javascript:x"}}, "/context/url"),
        ({"url": "lms"}, "/url"),
        ({"options": {"passcode": "x" * 11}}, "/options/passcode"),
        ({"options": {"passcode": "a b"}}, "/options/passcode"),
        ({"options": {"auto_recording": "disk"}}, "/options/auto_recording"),
        ({"options": {"waiting_room": 1}}, "/options/waiting_room"),
        ({"options": {"pmi": True}}, "/options/pmi"),
        ({"event_id": "ev-1"}, "/event_id"),
    ],
)
def test_what_an_event_cannot_be_is_422_where_it_is(
    lms: Lms, change: dict[str, str], pointer: str
) -> None:
    answer = lms.put_event(**change)
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert lms.get(EVENT).status == 404


@pytest.mark.parametrize(
    "name", ["kind", "title", "starts_at", "duration_minutes", "timezone", "host"]
)
def test_what_an_event_needs(lms: Lms, name: str) -> None:
    assert lms.put_event(**{name: ...}).pointers == [f"/{name}"]
