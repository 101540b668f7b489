"""Sessions that are on: how long Zoom is told that they last, and what a host took back stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.drift import DriftFound, Drifts
from lectern.domain.event import Event, Phase
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY, Lane, changes_allowed, next_midnight
from lectern.domain.overrun import MOST_MINUTES, overrun, should_be_over
from lectern.domain.people.moderation import concerns_moderation, is_kept_out
from lectern.domain.phase import PhaseReport
from lectern_testing.builders import a_details, a_meeting, an_enrollment, an_event

BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC)


def session(minutes: int = 60, phase: Phase = Phase.LIVE, **changes: Any) -> Event:
    details = a_details(starts_at=BEGAN, duration_minutes=minutes)
    return an_event(details=details, phase=phase, phase_at=BEGAN, **changes)


@pytest.mark.parametrize(
    ("after", "minutes"),
    [(59, None), (60, 120), (61, 120), (90, 150), (119, 150), (1380, 1440), (1439, 1440)],
)
def test_one_that_runs_over_its_planned_end_is_told_to_last_until_the_next_half_hour(
    after: int, minutes: int | None
) -> None:
    found = overrun(session(), BEGAN + timedelta(minutes=after))

    assert (found.minutes if found else None) == minutes


def test_none_lasts_longer_than_zoom_takes_and_none_that_is_not_on_is_told_to() -> None:
    late = BEGAN + timedelta(minutes=MOST_MINUTES)

    assert overrun(session(), late) is None
    assert overrun(session(phase=Phase.ENDED), BEGAN + timedelta(minutes=61)) is None
    assert overrun(session(phase=Phase.UPCOMING), BEGAN + timedelta(minutes=61)) is None


def test_what_zoom_was_told_is_not_told_again() -> None:
    event = session()
    found = overrun(event, BEGAN + timedelta(minutes=61))

    assert (
        overrun(event.model_copy(update={"overrun": found}), BEGAN + timedelta(minutes=62)) is None
    )


def test_a_meeting_should_be_over_once_its_time_at_zoom_has_passed() -> None:
    meeting = a_meeting(session().details)

    assert should_be_over(meeting, BEGAN + timedelta(minutes=60))
    assert not should_be_over(meeting, BEGAN + timedelta(minutes=59))


@pytest.mark.parametrize(
    ("phase", "after", "stands"),
    [
        (Phase.LIVE, 1, True),
        (Phase.LIVE, 0, True),
        (Phase.LIVE, -1, False),
        (Phase.ENDED, 1, False),
        (Phase.UPCOMING, 1, False),
        (Phase.LIVE, None, False),
    ],
)
def test_what_a_host_took_back_stands_while_that_session_is_on(
    phase: Phase, after: int | None, *, stands: bool
) -> None:
    taken_back = None if after is None else BEGAN + timedelta(minutes=after)
    person = an_enrollment("kim", taken_back=taken_back)

    assert is_kept_out(person, session(phase=phase)) is stands


@pytest.mark.parametrize(
    ("before", "report", "found_after", "concerns"),
    [
        (Phase.UPCOMING, Phase.LIVE, 1, True),
        (Phase.UPCOMING, Phase.LIVE, -1, False),
        (Phase.LIVE, Phase.ENDED, 1, True),
        (Phase.LIVE, Phase.ENDED, -1, False),
        (Phase.LIVE, Phase.ENDED, None, False),
    ],
)
def test_a_beginning_or_an_end_matters_to_what_was_taken_back_meanwhile(
    before: Phase, report: Phase, found_after: int | None, *, concerns: bool
) -> None:
    at = BEGAN if report is Phase.LIVE else BEGAN + timedelta(minutes=50)
    people = None
    if found_after is not None:
        found_at = BEGAN + timedelta(minutes=found_after)
        people = DriftFound(what=("registrants",), found_at=found_at, repaired=False)
    event = session(phase=before, drift=Drifts(people=people))
    told = PhaseReport(phase=report, at=at, instance="i==")

    assert concerns_moderation(told, event) is concerns


@pytest.mark.parametrize(
    ("lane", "creates", "allowed"),
    [
        (Lane.EDIT, False, 80),
        (Lane.EDIT, True, 100),
        (Lane.PRE_START, False, 100),
        (Lane.JOIN, False, 100),
    ],
)
def test_the_last_of_a_host_s_day_is_kept_for_what_is_made_or_begins_soon(
    lane: Lane, allowed: int, *, creates: bool
) -> None:
    assert changes_allowed(lane, creates=creates) == allowed
    assert changes_allowed(Lane.BACKGROUND, creates=True) < HOST_CHANGES_A_DAY


def test_a_day_ends_at_midnight_of_utc() -> None:
    assert next_midnight(BEGAN) == datetime(2026, 12, 1, tzinfo=UTC)
