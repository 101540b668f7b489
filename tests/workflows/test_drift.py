"""What somebody changes in Zoom by hand: put right within one pass, after which all is quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain import notifications
from lectern.domain.event import Event, Phase, Status
from lectern.domain.notifications import NotificationType
from lectern.domain.settings import Drift, Settings, UnknownRegistrants
from lectern_testing.builders import an_enrolment
from lectern_testing.stage import Stage
from lectern_testing.zoom_line import ZoomLine

KIM = "u-00001@people.example"


def set_up(stage: Stage, **settings: Any) -> ZoomLine:
    """A synchronised event with three people, whose account tells everything; nobody at work."""
    stage.settings.put(Settings(**settings), was_revision=0)
    line = ZoomLine(stage)
    stage.synchronised_event(3)
    line.settle()
    stage.forget_calls()
    return line


def links(stage: Stage) -> dict[str, str | None]:
    """Everybody's link, as Lectern has it."""
    people, _ = stage.enrolments.page("ev-1", limit=10)
    return {p.user_id: p.registration.join_url if p.registration else None for p in people}


def told(before: Event, after: Event) -> list[str]:
    """The messages of what the LMS is told of drift between two looks at an event."""
    news = notifications.of_event(before, after)
    return [str(n.message) for n in news if n.type is NotificationType.EVENT_DRIFTED]


def edit(stage: Stage) -> None:
    stage.act(action="edit_meeting", changes={"topic": "Hacked", "settings": {"approval_type": 0}})


def delete(stage: Stage) -> None:
    stage.delete_in_zoom()


def deny(stage: Stage) -> None:
    stage.act(action="deny_registrant", email=KIM)


def cancel(stage: Stage) -> None:
    stage.act(action="cancel_registrant", email=KIM)


def delete_registrant(stage: Stage) -> None:
    stage.act(action="delete_registrant", email=KIM)


def everything(stage: Stage) -> None:
    deny(stage)
    edit(stage)
    stage.act(action="delete_registrant", email="u-00002@people.example")


@pytest.mark.parametrize("change", [edit, delete, deny, cancel, delete_registrant, everything])
def test_any_drift_is_put_right_in_one_pass_and_then_all_is_quiet_for_an_hour(
    stage: Stage, change: Callable[[Stage], None]
) -> None:
    line = set_up(stage)
    before, had = stage.event(), links(stage)

    change(stage)
    assert line.settle() == 1
    calls = line.pass_time(60)

    stage.all_is_well(3)
    meeting = stage.zoom_meeting()
    assert meeting["topic"] == "Forklift safety"
    assert meeting["settings"]["approval_type"] == 1
    assert stage.event().meeting.zoom_id == before.meeting.zoom_id  # type: ignore[union-attr]
    if change not in {delete_registrant, everything}:
        assert links(stage) == had
    assert calls == [0] * 60


@pytest.mark.parametrize("change", [edit, delete, deny, delete_registrant])
def test_with_report_drift_is_told_once_and_left_whatever_is_asked_for(
    stage: Stage, change: Callable[[Stage], None]
) -> None:
    line = set_up(stage, drift=Drift.REPORT)
    before, zoom = stage.event(), stage.open_meetings()

    change(stage)
    left, zoom_left = stage.open_meetings(), stage.registrants()
    line.settle()
    found = stage.event()
    for _ in range(3):
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
        line.settle()
        stage.clock.advance(timedelta(hours=1))

    assert len(told(before, found)) == 1
    assert told(found, stage.event()) == []
    assert stage.open_meetings() == left != zoom or change in {deny, delete_registrant}
    assert stage.registrants() == zoom_left


def test_with_report_a_deleted_meeting_says_so_and_leads_nobody_there(stage: Stage) -> None:
    line = set_up(stage, drift=Drift.REPORT)

    delete(stage)
    line.settle()

    sync = stage.event().sync
    assert sync.state == "failed"
    assert sync.problem is not None
    assert sync.problem.code == "deleted_in_zoom"
    assert stage.open_meetings() == {}
    assert stage.calls()["change_meeting_status"] == 0


def test_with_report_a_meeting_that_is_recovered_by_hand_is_well_again(stage: Stage) -> None:
    line = set_up(stage, drift=Drift.REPORT)
    had = links(stage)
    delete(stage)
    line.settle()

    stage.act(action="recover_meeting")
    line.settle()

    stage.all_is_well(3)
    assert links(stage) == had


def test_with_report_a_field_that_the_lms_changes_is_written_and_others_are_left(
    stage: Stage,
) -> None:
    line = set_up(stage, drift=Drift.REPORT)
    stage.act(action="edit_meeting", changes={"topic": "Hacked", "agenda": "Theirs"})
    line.settle()
    assert stage.zoom_meeting()["topic"] == "Hacked"

    stage.change_details(title="Forklift safety II")
    line.settle()

    assert stage.zoom_meeting()["topic"] == "Forklift safety II"
    assert stage.zoom_meeting()["agenda"] == "Theirs"


def test_with_report_a_denied_person_has_failed_and_is_well_again_once_approved(
    stage: Stage,
) -> None:
    line = set_up(stage, drift=Drift.REPORT)
    deny(stage)
    line.settle()
    person = stage.enrolment("u-00001")
    assert (person.state, person.reason) == ("failed", "denied_in_zoom")
    assert KIM not in stage.registrants()

    stage.act(action="approve_registrant", email=KIM)
    line.settle()

    stage.all_is_well(3)


def test_what_was_left_is_put_right_once_the_setting_says_so(stage: Stage) -> None:
    line = set_up(stage, drift=Drift.REPORT)
    everything(stage)
    line.settle()
    assert len(stage.registrants()) == 1

    stage.settings.put(Settings(drift=Drift.REPAIR), was_revision=1)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    line.settle()

    stage.all_is_well(3)
    assert stage.zoom_meeting()["topic"] == "Forklift safety"


def test_a_meeting_that_zoom_cannot_recover_is_made_anew(stage: Stage) -> None:
    line = set_up(stage)
    former = stage.event().meeting
    assert former is not None
    stage.fault(
        operation="change_meeting_status",
        kind="status",
        status=404,
        body={"code": 3001, "message": "Meeting does not exist."},
        times=None,
    )

    delete(stage)
    line.settle()

    stage.all_is_well(3)
    assert stage.event().meeting.zoom_id != former.zoom_id  # type: ignore[union-attr]
    assert line.pass_time(5) == [0] * 5


def test_an_edit_that_comes_back_again_and_again_is_left_in_the_end(stage: Stage) -> None:
    line = set_up(stage)
    updates = []

    for _ in range(6):
        stage.act(action="edit_meeting", changes={"settings": {"waiting_room": True}})
        stage.forget_calls()
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
        assert stage.synchronise() == "SUCCEEDED"
        updates.append(stage.calls()["update_meeting"])

    assert updates == [1, 1, 1, 0, 0, 0]
    assert stage.event().sync.state == "in_sync"
    assert line is not None


def test_nobody_is_let_in_by_insisting_on_open_registration(stage: Stage) -> None:
    set_up(stage)

    for _ in range(6):
        stage.act(action="edit_meeting", changes={"settings": {"approval_type": 0}})
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
        stage.synchronise()
        assert stage.zoom_meeting()["settings"]["approval_type"] == 1


def stranger(stage: Stage, email: str = "eve@elsewhere.example") -> None:
    stage.act(action="self_register", email=email, first_name="Eve")


def everyone_at_zoom(stage: Stage) -> set[str]:
    meeting = stage.event().meeting
    assert meeting is not None
    return {r.email for r in stage.world.sessions[int(meeting.zoom_id)].registrants.values()}


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize(
    ("settings", "stays"),
    [
        ({}, True),
        ({"unknown_registrants": UnknownRegistrants.REMOVE}, False),
        ({"unknown_registrants": UnknownRegistrants.REMOVE, "drift": Drift.REPORT}, True),
    ],
    ids=["keep", "remove", "report"],
)
def test_strangers_are_kept_or_removed_as_the_settings_say(
    stage: Stage, settings: dict[str, Any], stays: Any, approved: Any
) -> None:
    line = set_up(stage, **settings)

    stranger(stage)
    if approved:
        stage.act(action="approve_registrant", email="eve@elsewhere.example")
    line.settle()

    assert ("eve@elsewhere.example" in everyone_at_zoom(stage)) is stays
    assert line.pass_time(10) == [0] * 10
    assert len(stage.registrants()) == 3 + (stays and approved)


def test_what_lectern_does_itself_comes_back_and_causes_nothing(stage: Stage) -> None:
    line = set_up(stage)
    asked = stage.event().sync.requested

    stage.enrol(an_enrolment("late"), an_enrolment("gone"))
    line.settle()
    stage.change_details(title="Another title", duration_minutes=90)
    stage.change_enrolment("gone", removed=True)
    line.settle()
    stage.change_enrolment("gone", removed=False)
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
    line = set_up(stage)
    meeting = stage.event().meeting
    assert meeting is not None
    known = {"id": int(meeting.zoom_id), "topic": "Forklift safety", "duration": 60}

    for _ in range(100):
        stage.world.publish("meeting.updated", {"object": known})
        stage.clock.advance(timedelta(seconds=1))
    assert line.settle() == 0

    assert stage.calls() == {}
    assert line.counts["WebhooksDone"] >= 100


def test_an_event_that_only_claims_a_change_changes_nothing(stage: Stage) -> None:
    line = set_up(stage)
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
    line = set_up(stage)

    for n in range(50):
        stage.act(action="edit_meeting", changes={"topic": f"Edit {n}"})
    line.settle()

    assert stage.calls()["get_meeting"] <= 2
    assert stage.zoom_meeting()["topic"] == "Forklift safety"


def test_a_live_session_ends_and_is_followed(stage: Stage) -> None:
    line = set_up(stage)

    stage.act(action="start_meeting")
    line.settle()
    assert stage.event().phase is Phase.LIVE
    stage.clock.advance(timedelta(minutes=30))
    stage.act(action="end_meeting")
    line.settle()

    assert stage.event().phase is Phase.ENDED
    assert stage.calls() == {}
