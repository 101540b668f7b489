"""What Zoom's webhooks ask for: a look where they say something new, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from lectern.domain.event import Phase, Status
from lectern_testing.builders import an_enrollment
from lectern_testing.on_stage.webhook_line import watched_event
from lectern_testing.stage import Stage


def test_what_lectern_does_itself_comes_back_and_causes_nothing(stage: Stage) -> None:
    line = watched_event(stage)
    asked = stage.event().sync.requested

    stage.enrol(an_enrollment("late"), an_enrollment("gone"))
    line.settle()
    stage.change_details(title="Another title", duration_minutes=90)
    stage.change_enrollment("gone", removed=True)
    line.settle()
    stage.change_enrollment("gone", removed=False)
    line.settle()
    stage.change_event(status=Status.CANCELLED)
    line.settle()
    stage.change_event(status=Status.SCHEDULED)
    line.settle()

    happened = {"meeting.updated", "meeting.deleted", "meeting.registration_created"}
    assert happened <= set(line.told)
    assert stage.event().sync.requested == asked + 6
    assert not stage.event().sync.verify


def test_events_that_say_what_is_known_make_no_call(stage: Stage) -> None:
    line = watched_event(stage)
    meeting = stage.event().meeting
    assert meeting is not None
    known = {"id": int(meeting.zoom_id), "topic": "Forklift safety", "duration": 60}

    for _ in range(20):
        stage.world.publish("meeting.updated", {"object": known})
        stage.clock.advance(timedelta(seconds=1))
    assert line.settle() == 0

    assert stage.calls() == {}
    assert line.counts["WebhooksDone"] >= 20


def test_an_event_that_only_claims_a_change_changes_nothing(stage: Stage) -> None:
    line = watched_event(stage)
    before = stage.event().meeting
    assert before is not None
    told = {"id": int(before.zoom_id), "uuid": before.uuid}

    for what, more in (("deleted", {}), ("updated", {"topic": "Never so"})):
        stage.world.publish(f"meeting.{what}", {"object": told | more})
        line.settle()

    assert stage.event().meeting == before
    assert set(stage.calls()) <= {"get_meeting", "list_meeting_registrants"}
    stage.all_is_well(3)


def test_a_burst_of_edits_is_looked_at_a_few_times(stage: Stage) -> None:
    line = watched_event(stage)

    for n in range(50):
        stage.act(action="edit_meeting", changes={"topic": f"Edit {n}"})
    line.settle()

    assert stage.calls()["get_meeting"] <= 2
    assert stage.zoom_meeting()["topic"] == "Forklift safety"


def test_a_live_session_ends_and_is_followed(stage: Stage) -> None:
    line = watched_event(stage)

    stage.act(action="start_meeting")
    line.settle()
    assert stage.event().phase is Phase.LIVE
    stage.clock.advance(timedelta(minutes=30))
    stage.act(action="end_meeting")
    line.settle()

    assert stage.event().phase is Phase.ENDED
    assert stage.calls() == {}
