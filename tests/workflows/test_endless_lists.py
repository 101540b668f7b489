"""Lists of Zoom's whose pages never end are told from those that do, and cost little."""

from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.builders import an_enrollment
from lectern_testing.stage import Stage


def ask(stage: Stage, *, verify: bool = False) -> None:
    stage.events.request_sync("ev-1", stage.clock.now(), verify=verify)
    stage.forget_calls()
    stage.synchronise()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "endless_pages"},
        {"kind": "odd_values", "set": {"next_page_token": "made-up"}},
    ],
    ids=["the first page again and again", "a token that Zoom refuses"],
)
def test_an_endless_list_of_registrants_is_waited_for_as_an_outage_is(
    stage: Stage, fault: dict[str, Any]
) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.fault(operation="list_meeting_registrants", times=30, **fault)
    stage.waits.clear()

    ask(stage, verify=True)

    stage.all_is_well(2)
    pauses = [wait for wait in stage.waits if wait > 0]
    assert stage.calls()["list_meeting_registrants"] <= 10 * len(pauses)


def test_an_endless_list_is_no_proof_that_a_lost_registration_was_not_made(stage: Stage) -> None:
    stage.event_with_people(2)
    stage.synchronise()
    stage.fault(operation="add_meeting_registrant", kind="cut_after")
    stage.fault(operation="list_meeting_registrants", kind="endless_pages", times=6)
    stage.enrol(an_enrollment("late"))

    stage.synchronise()

    stage.all_is_well(3)
    assert stage.calls()["add_meeting_registrant"] <= 2


def test_an_endless_list_of_meetings_makes_no_second_one(stage: Stage) -> None:
    stage.fault(operation="create_meeting", kind="cut_after")
    stage.fault(operation="list_meetings", kind="endless_pages", times=6)
    stage.event_with_people(1)

    stage.synchronise()

    stage.all_is_well(1)
    assert stage.calls()["create_meeting"] == 1
