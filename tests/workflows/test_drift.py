"""What somebody changes in Zoom by hand: put right within one pass, after which all is quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain import notifications
from lectern.domain.event import Event, Host, Status
from lectern.domain.meeting import Kind
from lectern.domain.notifications import NotificationType
from lectern.domain.settings import Drift, Settings, UnknownRegistrants
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.webhook_line import ZoomLine, watched_event
from lectern_testing.stage import Stage, staged

KIM = "u-00001@people.example"


def links(stage: Stage) -> dict[str, str | None]:
    """Everybody's link, as Lectern has it."""
    people, _ = stage.enrollments.page("ev-1", limit=10)
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
def test_any_drift_is_put_right_in_one_pass_and_then_all_is_quiet(
    stage: Stage, change: Callable[[Stage], None]
) -> None:
    line = watched_event(stage)
    before, had = stage.event(), links(stage)

    change(stage)
    assert line.settle() == 1
    calls = line.pass_time(60 if change is everything else 3)

    stage.all_is_well(3)
    meeting = stage.zoom_meeting()
    assert meeting["topic"] == "Forklift safety"
    assert meeting["settings"]["approval_type"] == 1
    assert stage.event().meeting.zoom_id == before.meeting.zoom_id  # type: ignore[union-attr]
    if change not in {delete_registrant, everything}:
        assert links(stage) == had
    assert set(calls) == {0}


@pytest.mark.parametrize("change", [edit, delete, deny, delete_registrant])
def test_with_report_drift_is_told_once_and_left_whatever_is_asked_for(
    stage: Stage, change: Callable[[Stage], None]
) -> None:
    line = watched_event(stage, drift=Drift.REPORT)
    before, zoom = stage.event(), stage.open_meetings()

    change(stage)
    left, zoom_left = stage.open_meetings(), stage.registrants()
    line.settle()
    found = stage.event()
    for _ in range(2):
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True, retry=True)
        line.settle()
        stage.clock.advance(timedelta(hours=1))

    assert len(told(before, found)) == 1
    assert told(found, stage.event()) == []
    assert stage.open_meetings() == left != zoom or change in {deny, delete_registrant}
    assert stage.registrants() == zoom_left


def test_with_report_a_deleted_meeting_says_so_and_leads_nobody_there(stage: Stage) -> None:
    line = watched_event(stage, drift=Drift.REPORT)

    delete(stage)
    line.settle()

    sync = stage.event().sync
    assert sync.state == "failed"
    assert sync.problem is not None
    assert sync.problem.code == "deleted_in_zoom"
    assert stage.open_meetings() == {}
    assert stage.calls()["change_meeting_status"] == 0


def test_with_report_a_meeting_that_is_recovered_by_hand_is_well_again(stage: Stage) -> None:
    line = watched_event(stage, drift=Drift.REPORT)
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
    line = watched_event(stage, drift=Drift.REPORT)
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
    line = watched_event(stage, drift=Drift.REPORT)
    deny(stage)
    line.settle()
    person = stage.enrollment("u-00001")
    assert (person.state, person.reason) == ("failed", "denied_in_zoom")
    assert KIM not in stage.registrants()

    stage.act(action="approve_registrant", email=KIM)
    line.settle()

    stage.all_is_well(3)


def test_what_was_left_is_put_right_once_the_setting_says_so(stage: Stage) -> None:
    line = watched_event(stage, drift=Drift.REPORT)
    everything(stage)
    line.settle()
    assert len(stage.registrants()) == 1

    stage.settings.put(Settings(drift=Drift.REPAIR), was_revision=1)
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    line.settle()

    stage.all_is_well(3)
    assert stage.zoom_meeting()["topic"] == "Forklift safety"


def test_a_meeting_that_zoom_cannot_recover_is_made_anew(stage: Stage) -> None:
    line = watched_event(stage)
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
    assert set(line.pass_time(3)) == {0}


def test_an_edit_that_comes_back_again_and_again_is_left_in_the_end(stage: Stage) -> None:
    line = watched_event(stage)
    updates = []

    for _ in range(5):
        stage.act(action="edit_meeting", changes={"settings": {"waiting_room": True}})
        stage.forget_calls()
        stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
        assert stage.synchronise() == "SUCCEEDED"
        updates.append(stage.calls()["update_meeting"])

    assert updates == [1, 1, 1, 0, 0]
    assert stage.event().sync.state == "in_sync"
    assert line is not None


def test_nobody_is_let_in_by_insisting_on_open_registration(stage: Stage) -> None:
    watched_event(stage)

    for _ in range(4):
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


@pytest.mark.parametrize(
    ("settings", "approved", "stays"),
    [
        ({}, True, True),
        ({"unknown_registrants": UnknownRegistrants.REMOVE}, True, False),
        ({"unknown_registrants": UnknownRegistrants.REMOVE}, False, False),
        ({"unknown_registrants": UnknownRegistrants.REMOVE, "drift": Drift.REPORT}, True, True),
    ],
    ids=["keep", "remove", "remove pending", "report"],
)
def test_strangers_are_kept_or_removed_as_the_settings_say(
    stage: Stage, settings: dict[str, Any], stays: Any, approved: Any
) -> None:
    line = watched_event(stage, **settings)

    stranger(stage)
    if approved:
        stage.act(action="approve_registrant", email="eve@elsewhere.example")
    line.settle()

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    line.settle()

    assert ("eve@elsewhere.example" in everyone_at_zoom(stage)) is stays
    assert set(line.pass_time(3)) == {0}
    assert len(stage.registrants()) == 3 + (stays and approved)


def test_a_meeting_of_a_cancelled_event_that_is_recovered_by_hand_is_deleted_again(
    stage: Stage,
) -> None:
    line = watched_event(stage)
    former = stage.event().meeting
    assert former is not None
    stage.change_event(status=Status.CANCELLED)
    line.settle()
    recover = {"action": "recover_meeting", "meeting_id": int(former.zoom_id)}

    stage._control("POST", "/actions", recover)
    assert list(stage.open_meetings()) == [former.zoom_id]
    assert line.settle() == 1

    assert stage.open_meetings() == {}
    assert set(line.pass_time(3)) == {0}


def webinar(stage: Stage, **settings: Any) -> ZoomLine:
    """A synchronised webinar with two people, whose account tells everything."""
    stage.settings.put(Settings(**settings), was_revision=0)
    line = ZoomLine(stage)
    details = a_details(kind=Kind.WEBINAR, host=Host(user_id="w", email="wanda@acme.example"))
    stage.events.create(an_event(now=stage.clock.now(), details=details))
    stage.enrol(an_enrollment("one"), an_enrollment("two"))
    line.settle()
    stage.all_is_well(2)
    stage.forget_calls()
    return line


@pytest.mark.parametrize("action", ["delete_webinar", "convert_to_meeting"])
def test_a_webinar_that_is_gone_is_made_anew_and_then_all_is_quiet(
    stage: Stage, action: str
) -> None:
    line = webinar(stage)

    stage.act(action=action)
    assert line.settle() == 1

    stage.all_is_well(2)
    assert set(line.pass_time(3)) == {0}


def test_with_report_a_webinar_that_was_converted_is_left_as_what_it_became(stage: Stage) -> None:
    line = webinar(stage, drift=Drift.REPORT)

    stage.act(action="convert_to_meeting")
    left = stage.open_meetings()
    line.settle()

    assert stage.open_meetings() == left
    problem = stage.event().sync.problem
    assert problem is not None
    assert problem.code == "deleted_in_zoom"


def drifted(stage: Stage) -> None:
    """An event in sync of which somebody deleted the meeting, after denying and deleting people."""
    stage.synchronised_event(3)
    everything(stage)
    delete(stage)
    stage.forget_calls()
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)


def test_a_repair_that_is_killed_is_completed() -> None:
    """At every sixteenth effect: they are of all kinds, and a run takes a second."""
    for point in range(4, 100, 16):
        with staged() as stage:
            drifted(stage)
            stage.effects.clear()
            stage.kill_after = point
            assert stage.synchronise() == "SUCCEEDED"
            if len(stage.effects) < point:
                assert point > 15
                return
            stage.all_is_well(3)
            assert stage.zoom_meeting()["topic"] == "Forklift safety"
            calls = stage.calls()
            assert calls["create_meeting"] == 0
            assert calls["update_meeting_registrant_status"] <= 2
            assert calls["add_meeting_registrant"] <= 2
