"""What holds of the runs that count, whichever there were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lectern.domain.attendance.matching import Instance
from lectern.domain.attendance.runs import counted_runs
from lectern_testing.builders import a_details, an_instance

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
PLAN = a_details(starts_at=TEN, duration_minutes=60)

minutes = st.integers(-200, 200)


def at(minute: int) -> datetime:
    return TEN + timedelta(minutes=minute)


@st.composite
def some_runs(draw: st.DrawFn) -> list[Instance]:
    runs = []
    for number in range(draw(st.integers(0, 6))):
        began = draw(minutes)
        ended = draw(st.none() | st.integers(began, 260))
        told = draw(st.booleans())
        runs.append(
            an_instance(
                uuid=str(number),
                started_at=at(began) if told else None,
                ended_at=None if ended is None else at(ended),
            )
        )
    return runs


def is_early(run: Instance) -> bool:
    return run.ended_at is not None and run.ended_at < PLAN.starts_at


@given(some_runs(), minutes, st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_runs_do_not_matter(
    runs: list[Instance], now: int, random: object
) -> None:
    again = [*runs, *runs]
    random.shuffle(again)  # type: ignore[attr-defined] # hypothesis' own Random
    assert counted_runs(again, PLAN, at(now)) == counted_runs(runs, PLAN, at(now))


@given(some_runs(), minutes)
def test_whatever_was_held_something_counts_and_all_but_what_was_early(
    runs: list[Instance], now: int
) -> None:
    counted = counted_runs(runs, PLAN, at(now))
    assert bool(counted) == bool(runs)
    assert counted >= {run.key for run in runs if not is_early(run)}
    assert counted <= {run.key for run in runs}


@given(some_runs(), minutes)
def test_of_what_was_early_all_counts_or_nothing(runs: list[Instance], now: int) -> None:
    early = {run.key for run in runs if is_early(run)}
    assert early & counted_runs(runs, PLAN, at(now)) in (early, set())


@given(some_runs(), minutes, minutes)
def test_a_later_session_by_the_planned_end_makes_rehearsals_of_what_was_early(
    runs: list[Instance], began: int, lasted: int
) -> None:
    session = an_instance(
        uuid="session",
        started_at=at(min(began, 60)),
        ended_at=max(TEN, at(min(began, 60) + abs(lasted))),
    )
    counted = counted_runs([*runs, session], PLAN, at(1000))
    assert counted == {run.key for run in [*runs, session] if not is_early(run)}
