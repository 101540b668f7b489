"""Reports that say nothing where a value should be: what is unsaid holds up nothing for long."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.attendance.matching import Instance
from lectern.domain.meeting import Kind
from lectern_testing.on_stage.sessions import (
    KIM,
    SAM,
    HeldSession,
    an_event_at_zoom,
    an_hour,
    attended,
    settled,
    state,
)
from lectern_testing.stage import Stage

A_DAY = 86_400
EVERYBODY = {"u-00000": 30, "u-00001": 60, "u-host": 60, "Stranger?": 10}
REPORTS = {
    Kind.MEETING: ["report_meeting_participants"],
    Kind.WEBINAR: ["report_webinar_participants", "list_past_webinar_participants"],
}
HOSTS = {Kind.MEETING: "anna@acme.example", Kind.WEBINAR: "wanda@acme.example"}
KIMS, SAMS = "participants[1]", "participants[2]"


@pytest.fixture(params=Kind)
def kind(stage: Stage, request: pytest.FixtureRequest) -> Kind:
    """An event of each kind at Zoom."""
    kind: Kind = request.param
    an_event_at_zoom(stage, kind, HOSTS[kind])
    return kind


def odd(stage: Stage, of: Kind, **fault: Any) -> None:
    """Whatever report is asked for is odd."""
    for operation in REPORTS[of]:
        stage.fault(operation=operation, times=None, **{"kind": "odd_values", **fault})


@pytest.mark.parametrize("nothing", ["", None], ids=repr)
def test_durations_that_nothing_is_said_of_hold_up_nothing(
    stage: Stage, kind: Kind, nothing: str | None
) -> None:
    odd(stage, kind, set={"participants[*].duration": nothing})
    settled(stage, an_hour(stage))
    assert (state(stage), attended(stage)) == ("final", EVERYBODY)
    assert sum(stage.waits) < A_DAY / 24


def test_an_end_follows_from_the_duration(stage: Stage, kind: Kind) -> None:
    odd(stage, kind, set={f"{KIMS}.leave_time": "", f"{KIMS}.duration": 1200})
    settled(stage, an_hour(stage))
    assert attended(stage) == EVERYBODY | {"u-00000": 20}
    assert sum(stage.waits) < A_DAY / 24


def test_one_row_without_an_end_makes_the_others_wait_a_day_and_no_longer(
    stage: Stage, kind: Kind
) -> None:
    """The end is that which was seen."""
    odd(stage, kind, set={f"{KIMS}.leave_time": "", f"{KIMS}.duration": ""})
    found = settled(stage, an_hour(stage))
    assert (state(stage), attended(stage), found.problem) == ("final", EVERYBODY, None)
    assert A_DAY < sum(stage.waits) < 1.1 * A_DAY


def two(stage: Stage) -> Instance:
    """A session of an hour of which Lectern was told the end alone: Kim for half of it, and Sam."""
    session = HeldSession(stage, told=False)
    session.join(KIM)
    session.join(SAM)
    session.later(30)
    session.leave(KIM)
    session.later(30)
    session.webhooks.reach_lectern = True
    return session.ended()


def test_who_was_not_seen_going_either_was_there_until_the_end(stage: Stage, kind: Kind) -> None:
    odd(stage, kind, remove=[f"{KIMS}.leave_time", f"{KIMS}.duration"])
    settled(stage, two(stage))
    assert attended(stage) == {"u-00000": 60, "u-00001": 60, "u-host": 60}


def test_who_was_not_seen_coming_either_was_there_from_the_beginning(
    stage: Stage, kind: Kind
) -> None:
    odd(stage, kind, set={f"{KIMS}.join_time": None, f"{KIMS}.duration": None})
    settled(stage, two(stage))
    assert attended(stage) == {"u-00000": 30, "u-00001": 60, "u-host": 60}


def test_of_whom_no_time_is_known_at_all_nothing_is_told(stage: Stage, kind: Kind) -> None:
    nothing = dict.fromkeys(("join_time", "leave_time", "duration"), "")
    odd(stage, kind, set={f"{KIMS}.{name}": value for name, value in nothing.items()})
    settled(stage, two(stage))
    assert (state(stage), attended(stage)) == ("final", {"u-00001": 60, "u-host": 60})


def test_durations_that_stay_zero_are_final_after_a_day(stage: Stage, kind: Kind) -> None:
    odd(stage, kind, set={"participants[*].duration": 0})
    settled(stage, an_hour(stage))
    assert (state(stage), attended(stage)) == ("final", EVERYBODY)
    assert A_DAY < sum(stage.waits) < 1.1 * A_DAY


def test_odd_times_of_the_meeting_itself_change_nothing(stage: Stage) -> None:
    an_event_at_zoom(stage)
    times = {"start_time": "", "end_time": None, "participants_count": ""}
    stage.fault(operation="get_past_meeting", kind="odd_values", times=None, set=times)
    settled(stage, an_hour(stage))
    assert attended(stage) == EVERYBODY


def test_a_report_whose_pages_never_end_is_read_no_more_than_now_and_then(
    stage: Stage, kind: Kind
) -> None:
    """After a day what was read of it is all there will be."""
    odd(stage, kind, kind="endless_pages")
    stage.forget_calls()
    settled(stage, an_hour(stage))
    assert (state(stage), attended(stage)) == ("final", EVERYBODY)
    assert sum(stage.calls()[name] for name in REPORTS[kind]) < 200
    assert A_DAY < sum(stage.waits) < 1.1 * A_DAY


def test_a_page_token_that_never_works_is_tried_no_more_than_now_and_then(
    stage: Stage, kind: Kind
) -> None:
    odd(stage, kind, set={"next_page_token": "made-up"})
    stage.forget_calls()
    settled(stage, an_hour(stage))
    assert (state(stage), attended(stage)) == ("final", EVERYBODY)
    assert sum(stage.calls()[name] for name in REPORTS[kind]) < 500
