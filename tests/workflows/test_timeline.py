"""The timeline of an event reads as what happened, whatever comes twice, and names nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.settings import AccessValidation, Settings
from lectern.domain.timeline import OperatorAct, of_operator
from lectern.store.table import Expression
from lectern_testing.chronicler import Chronicler
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.on_stage.webhook_line import ZoomLine
from lectern_testing.stage import Stage


@pytest.fixture
def chronicler(stage: Stage) -> Chronicler:
    return Chronicler(stage, batch=7)


def roster(count: int) -> dict[str, Any]:
    people = [
        {"user_id": f"u-{n:02}", "email": f"u-{n:02}@people.example", "first_name": f"Name{n:02}"}
        for n in range(count)
    ]
    return {"enrollments": people}


def everything_of(partition: str) -> Expression:
    return Expression("#PK = :partition", {":partition": partition})


def saved(stage: Stage, **changes: Any) -> dict[str, Any]:
    starts_at = stage.clock.now() + timedelta(hours=3)
    return {"starts_at": starts_at.isoformat(), **changes}


def test_a_whole_story_reads_right(stage: Stage, chronicler: Chronicler) -> None:
    lms, line = lms_on(stage), ZoomLine(stage)
    body = saved(stage)

    assert lms.put_event(**body).status == 202
    lms.post("/v1/events/ev-1/enrollments", roster(40))
    stage.synchronise()
    assert chronicler.told() == [
        ("change", "event_created", 1),
        ("change", "enrolled", 40),
        ("zoom", "meeting_created", 1),
        ("notification", "event.ready", 1),
        ("zoom", "registered", 40),
        ("notification", "enrollment.registered", 40),
        ("zoom", "in_sync", 1),
    ]

    stage.clock.advance(timedelta(minutes=1))
    lms.put_event(**body, title="Forklifts for all")
    no = {"code": 300, "message": "The topic is refused to kim@people.example."}
    stage.fault(kind="status", operation="update_meeting", status=400, body=no, times=2)
    stage.synchronise()
    chronicler.catch_up()
    stage.clock.advance(timedelta(minutes=10))
    lms.post("/v1/events/ev-1/sync")
    stage.synchronise()
    assert chronicler.told()[7:] == [
        ("change", "event_changed", 1),
        ("problem", "zoom_rejected", 1),
        ("notification", "event.failed", 1),
        ("operator", "synchronise", 1),
        ("zoom", "meeting_updated", 1),
        ("problem", "problem_solved", 1),
        ("zoom", "in_sync", 1),
        ("notification", "event.updated", 1),
    ]

    stage.act(action="start_meeting")
    line.deliver()
    chronicler.catch_up()
    stage.clock.advance(timedelta(minutes=1))
    for _ in range(3):
        assert lms.get("/v1/events/ev-1/join", query={"user_id": "u-07"}).json["state"] == "join"
    stage.clock.advance(timedelta(minutes=1))
    stage.act(action="end_meeting")
    line.deliver()
    assert chronicler.told()[15:] == [
        ("webhook", "session_started", 1),
        ("notification", "event.started", 1),
        ("join", "join", 1),
        ("webhook", "session_ended", 1),
        ("notification", "event.ended", 1),
    ]

    everything = str(chronicler.timeline.page("ev-1", after=None, limit=200))
    for private in ("@", "http", "Name07", "Forklift", "local-dev-key"):
        assert private not in everything


def test_what_was_wanted_tells_the_key_and_the_fields(stage: Stage, chronicler: Chronicler) -> None:
    lms, body = lms_on(stage), saved(stage)
    lms.put_event(**body)
    lms.put_event(**body, title="Forklifts", duration_minutes=90)
    lms.delete("/v1/events/ev-1")
    lms.put_event(**body)
    chronicler.catch_up()

    entries, _ = chronicler.timeline.page("ev-1", after=None, limit=10)

    assert [(each.code, each.message, each.key) for each in reversed(entries)] == [
        ("event_created", "The event was scheduled.", "key-of-the-lms"),
        ("event_changed", "The event was changed: duration_minutes, title.", "key-of-the-lms"),
        ("event_cancelled", "The event was cancelled.", "key-of-the-lms"),
        ("event_rescheduled", "The event was scheduled again.", "key-of-the-lms"),
    ]


def test_what_comes_again_in_whatever_batches_adds_nothing(
    stage: Stage, chronicler: Chronicler
) -> None:
    stage.synchronised_event(40)
    told = chronicler.told()
    assert ("zoom", "registered", 40) in told

    for first, last in ((0, 200), (3, 50), (49, 50), (20, 90), (0, 7)):
        chronicler.work_off(chronicler.seen[first:last])

    assert chronicler.told() == told


def test_a_person_alone_is_named_by_the_users_id_and_people_together_are_not(
    stage: Stage, chronicler: Chronicler
) -> None:
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    lms.enrol("kim")
    stage.synchronise()
    assert chronicler.of_user("kim") == ["enrolled", "registered", "enrollment.registered"]

    lms.post("/v1/events/ev-1/enrollments", roster(2))
    stage.synchronise()
    assert chronicler.of_user("u-01") == []
    assert ("zoom", "registered", 2) in chronicler.told()


def items_of(stage: Stage, event_id: str = "ev-1") -> list[dict[str, Any]]:
    return list(stage.table.query_all(everything_of(f"TIMELINE#{event_id}")))


def about(items: list[dict[str, Any]], user_id: str) -> list[dict[str, Any]]:
    return [item for item in items if item.get("user_id") == user_id]


def test_a_person_alone_is_two_items_in_no_index(stage: Stage, chronicler: Chronicler) -> None:
    """A late enrollment is what happens most; each index that has it is another write."""
    stage.synchronised_event(3)
    lms_on(stage).enrol("kim")
    stage.synchronise()
    assert chronicler.of_user("kim") == ["enrolled", "registered", "enrollment.registered"]

    items = about(items_of(stage), "kim")
    assert len(items) == 2
    assert not [name for item in items for name in item if name.startswith(("GSI", "LSI"))]


def test_people_who_are_worked_on_together_are_counted_though_they_came_alone(
    stage: Stage, chronicler: Chronicler
) -> None:
    stage.synchronised_event(3)
    for user_id in ("kim", "lee"):
        lms_on(stage).enrol(user_id)
    stage.synchronise()

    told = chronicler.told()
    assert ("zoom", "registered", 2) in told
    assert told.count(("change", "enrolled", 1)) == 2
    assert chronicler.of_user("kim") == ["enrolled"]


def test_everybody_who_moves_with_the_event_is_counted_although_one_was_pending(
    stage: Stage, chronicler: Chronicler
) -> None:
    stage.synchronised_event(4)
    lms_on(stage).enrol("kim")
    stage.change_event(status="cancelled")
    stage.synchronise()

    assert ("zoom", "unregistered", 4) in chronicler.told()


def test_people_who_fail_alike_are_one_entry(stage: Stage, chronicler: Chronicler) -> None:
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    people = roster(6)["enrollments"]
    same = [{**each, "email": "same@people.example"} for each in people]
    lms.post("/v1/events/ev-1/enrollments", {"enrollments": same})
    stage.synchronise()

    told = chronicler.told()
    assert ("problem", "duplicate_email", 5) in told
    assert ("notification", "enrollment.failed", 5) in told


def test_a_problem_that_lasts_is_one_entry_however_often_it_is_tried(
    stage: Stage, chronicler: Chronicler
) -> None:
    stage.seed(users=[{"email": "anna@acme.example", "type": 1}])
    stage.event_with_people(1)
    for _ in range(4):
        stage.synchronise()
        stage.clock.advance(timedelta(minutes=40))
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)

    kinds = [code for kind, code, _ in chronicler.told() if kind == "problem"]
    assert kinds == ["host_not_licensed"]


def test_access_that_is_given_and_taken(stage: Stage, chronicler: Chronicler) -> None:
    stage.settings.put(Settings(access_validation=AccessValidation(enabled=True)), was_revision=0)
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    lms.enrol("kim", access={"granted": False, "requirements": []})
    stage.synchronise()
    for granted in (True, False):
        access: dict[str, Any] = {"granted": granted, "requirements": []}
        lms.put("/v1/events/ev-1/enrollments/kim/access", access)
        stage.synchronise()

    codes = [code for code in chronicler.of_user("kim") if not code.startswith("enrollment.")]
    assert codes == ["enrolled", "access_granted", "registered", "access_withdrawn", "unregistered"]


def test_clicks_are_recorded_once_for_what_is_told(stage: Stage, chronicler: Chronicler) -> None:
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    lms.enrol("kim")

    def click(user_id: str = "kim") -> None:
        lms.get("/v1/events/ev-1/join", query={"user_id": user_id})

    click()
    click()
    stage.clock.advance(timedelta(seconds=1))
    stage.synchronise()
    click()
    stage.clock.advance(timedelta(minutes=9))
    click()
    stage.clock.advance(timedelta(minutes=2))
    click()
    click("nobody")

    codes = [code for kind, code, _ in chronicler.told() if kind == "join"]
    assert codes == ["preparing", "join", "join"]
    assert chronicler.of_user("nobody") == []


def test_an_erasure_leaves_no_trace_of_the_user(stage: Stage, chronicler: Chronicler) -> None:
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    lms.enrol("kim")
    stage.synchronise()
    lms.get("/v1/events/ev-1/join", query={"user_id": "kim"})
    chronicler.catch_up()
    before = len(chronicler.told())

    lms.delete("/v1/users/kim")
    stage.synchronise()
    chronicler.catch_up()
    chronicler.work_off(chronicler.seen)

    told = chronicler.told()
    assert len(told) > before
    assert ("change", "erased", 1) in told
    assert chronicler.of_user("kim") == []
    items = stage.table.query_all(everything_of("TIMELINE#ev-1"))
    assert "kim" not in str(list(items))


def test_an_erasure_finds_what_somebody_did_whom_no_event_names(
    stage: Stage, chronicler: Chronicler
) -> None:
    stage.synchronised_event(1)
    chronicler.catch_up()
    act = of_operator("ev-1", OperatorAct.SYNCHRONISE, user_id="ops")
    chronicler.timeline.record(act, stage.clock.now())
    assert about(items_of(stage), "ops")

    assert lms_on(stage).delete("/v1/users/ops").status == 202

    assert ("operator", "synchronise", 1) in chronicler.told()
    assert "ops" not in str(items_of(stage))


def test_a_cancelled_event_keeps_its_timeline(stage: Stage, chronicler: Chronicler) -> None:
    stage.synchronised_event(1)
    stage.change_event(status="cancelled")
    stage.synchronise()

    assert [code for _, code, _ in chronicler.told()][-4:] == [
        "meeting_deleted",
        "unregistered",
        "in_sync",
        "event.cancelled",
    ]


def test_pages_begin_where_the_last_one_ended(stage: Stage, chronicler: Chronicler) -> None:
    lms = lms_on(stage)
    lms.put_event(**saved(stage))
    lms.post("/v1/events/ev-1/enrollments", roster(4))
    stage.synchronise()
    told = chronicler.told()

    pages, cursor = [], None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = lms.get("/v1/events/ev-1/timeline", query=query).json
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert [(each["kind"], each["code"], each["count"]) for each in reversed(pages)] == told
    assert set(pages[0]) == {"at", "kind", "code", "message", "user_id", "key", "count"}
    assert lms.get("/v1/events/nobody/timeline").status == 404
    assert lms.get("/v1/events/ev-1/timeline", query={"limit": 0}).pointers == ["/limit"]
    assert lms.get("/v1/events/ev-1/timeline", query={"cursor": "made-up"}).pointers == ["/cursor"]
