"""A verified run reads Zoom first, and puts right what somebody changed there."""

from __future__ import annotations

from datetime import timedelta

from lectern_testing.builders import an_enrollment
from lectern_testing.stage import Stage


def test_a_meeting_that_was_edited_in_zoom_is_put_right_by_a_verified_run(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.act(action="edit_meeting", changes={"topic": "Hacked", "settings": {"approval_type": 0}})

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()

    assert stage.zoom_meeting()["topic"] == "Forklift safety"
    assert stage.zoom_meeting()["settings"]["approval_type"] == 1


def test_a_meeting_that_was_deleted_in_zoom_is_made_anew_by_a_verified_run(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.delete_in_zoom()

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()

    stage.all_is_well(2)


def test_a_meeting_found_gone_while_registering_is_made_anew(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.delete_in_zoom()

    stage.enrol(an_enrollment("late"))
    stage.synchronise()

    stage.all_is_well(3)


def test_a_registrant_who_was_deleted_in_zoom_is_put_back_by_a_verified_run(stage: Stage) -> None:
    stage.event_with_people(3)
    stage.synchronise()
    stage.act(action="delete_registrant", email="u-00001@people.example")
    stage.forget_calls()

    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()

    assert len(stage.registrants()) == 3
    assert stage.calls()["add_meeting_registrant"] == 1


def test_a_link_that_comes_late_is_filled_in_by_a_verified_run(stage: Stage) -> None:
    stage.fault(operation="batch_meeting_registrants", kind="late_join_url", seconds=60)
    stage.event_with_people(2)
    stage.synchronise()
    assert stage.enrollment("u-00000").state == "pending"

    stage.clock.advance(timedelta(minutes=2))
    stage.events.request_sync("ev-1", stage.clock.now(), verify=True)
    stage.synchronise()

    registration = stage.enrollment("u-00000").registration
    assert registration is not None
    assert registration.join_url is not None
    stage.all_is_well(2)
