"""The phase of an event, by the time at which Zoom says that something happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from lectern.domain.event import Event, Phase
from lectern.domain.phase import PhaseReport, phase_report, tells_news
from lectern_testing.builders import a_details, an_event

TEN = datetime(2030, 5, 1, 10, 0, tzinfo=UTC)


def report(phase: Phase, minutes: float, instance: str = "A") -> PhaseReport:
    return PhaseReport(phase=phase, at=TEN + timedelta(minutes=minutes), instance=instance)


def after(*reports: PhaseReport) -> Event:
    """The event once these reports came, in this order."""
    event = an_event()
    for each in reports:
        if tells_news(each, event):
            changes = {"phase": each.phase, "phase_at": each.at, "instance": each.instance}
            event = event.model_copy(update=changes)
    return event


@pytest.mark.parametrize(
    ("reports", "phase"),
    [
        ([report(Phase.LIVE, 0)], Phase.LIVE),
        ([report(Phase.LIVE, 0), report(Phase.ENDED, 60)], Phase.ENDED),
        # An end in the second of the start, as of a session that was opened by mistake.
        ([report(Phase.LIVE, 0), report(Phase.ENDED, 0)], Phase.ENDED),
        # A second session, after the first, or in the very second in which the first ends.
        (
            [report(Phase.LIVE, 0), report(Phase.ENDED, 9), report(Phase.LIVE, 10, "B")],
            Phase.LIVE,
        ),
        (
            [report(Phase.LIVE, 0), report(Phase.ENDED, 10), report(Phase.LIVE, 10, "B")],
            Phase.LIVE,
        ),
        (
            [
                report(Phase.LIVE, 0),
                report(Phase.ENDED, 9),
                report(Phase.LIVE, 10, "B"),
                report(Phase.ENDED, 60, "B"),
            ],
            Phase.ENDED,
        ),
    ],
)
def test_reports_in_any_order_and_any_number_say_the_same(
    reports: list[PhaseReport], phase: Phase
) -> None:
    for order in permutations(reports):
        assert after(*order).phase is phase
        assert after(*order, *order).phase is phase
        assert after(*order, *reversed(order)).phase is phase


def test_an_older_start_never_undoes_an_end() -> None:
    assert after(report(Phase.ENDED, 60), report(Phase.LIVE, 0)).phase is Phase.ENDED
    assert after(report(Phase.ENDED, 60), report(Phase.LIVE, 0, "B")).phase is Phase.ENDED


def test_the_end_of_a_former_session_does_not_end_the_present_one() -> None:
    assert after(report(Phase.LIVE, 10, "B"), report(Phase.ENDED, 9)).phase is Phase.LIVE


def test_a_session_ends_even_if_its_start_was_said_to_be_later() -> None:
    assert after(report(Phase.LIVE, 60), report(Phase.ENDED, 30)).phase is Phase.ENDED


@pytest.mark.parametrize(
    ("said", "known", "at"),
    [
        (TEN, TEN + timedelta(hours=5), TEN),
        (TEN, None, TEN),
        (None, TEN, TEN),
        # A planned start in the place of the true one: it did not happen after it was reported.
        (TEN + timedelta(days=30), TEN, TEN),
    ],
)
def test_it_happened_when_the_session_says_so_but_not_after_it_was_reported(
    said: datetime | None, known: datetime | None, at: datetime
) -> None:
    found = phase_report(Phase.LIVE, "A", said, known)

    assert found is not None
    assert found.at == at


def test_a_report_without_any_time_says_nothing() -> None:
    assert phase_report(Phase.ENDED, "A", None, None) is None


DETAILS = a_details(starts_at=TEN)
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("phase", "phase_at", "now", "is_over"),
    [
        (Phase.UPCOMING, None, TEN, False),
        (Phase.UPCOMING, None, TEN + AN_HOUR, True),
        (Phase.LIVE, TEN, TEN + 5 * AN_HOUR, False),
        (Phase.LIVE, TEN, TEN + 31 * AN_HOUR, True),
        (Phase.ENDED, TEN + AN_HOUR / 2, TEN + AN_HOUR / 2, True),
        # A rehearsal: the session itself is still to come.
        (Phase.ENDED, TEN - AN_HOUR, TEN - AN_HOUR / 2, False),
        (Phase.ENDED, TEN - AN_HOUR, TEN + AN_HOUR, True),
    ],
)
def test_an_event_is_over_as_zoom_reports_or_by_plan(
    phase: Phase, phase_at: datetime | None, now: datetime, is_over: object
) -> None:
    event = an_event(details=DETAILS, phase=phase, phase_at=phase_at)

    assert event.is_over(now) is is_over
