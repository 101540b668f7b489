"""Which runs of a session count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lectern.domain.attendance.matching import Instance
from lectern.domain.attendance.runs import counted_runs
from lectern_testing.builders import a_details, an_instance

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
PLAN = a_details(starts_at=TEN, duration_minutes=60)
LONG_AFTER = TEN + timedelta(days=1)


def run(name: str, began: int | None, ended: int | None) -> Instance:
    """A run, in minutes from the planned start."""

    def at(minute: int | None) -> datetime | None:
        return None if minute is None else TEN + timedelta(minutes=minute)

    return an_instance(uuid=name, started_at=at(began), ended_at=at(ended)).model_copy(
        update={"key": name}
    )


@pytest.mark.parametrize(
    ("runs", "counted"),
    [
        ([], ""),
        ([run("a", 0, 60)], "a"),
        ([run("r", -60, -30), run("a", 0, 60)], "a"),
        ([run("r", -60, -30), run("s", -20, -10), run("a", 5, 60), run("b", 65, 70)], "ab"),
        ([run("r", -60, -30), run("a", -10, 60)], "a"),
        ([run("r", -60, -30), run("a", -10, 0)], "a"),
        ([run("a", -60, -30)], "a"),
        ([run("a", -60, -30), run("b", -20, -10)], "ab"),
        ([run("r", -60, -30), run("a", 60, 90)], "a"),
        ([run("a", -60, -30), run("b", 61, 90)], "ab"),
        ([run("r", -60, -30), run("a", 0, None)], "a"),
        ([run("r", None, -30), run("a", None, 60)], "a"),
        ([run("r", -60, -30), run("a", None, None)], "a"),
    ],
    ids=[
        "nothing",
        "the session alone",
        "a rehearsal",
        "several rehearsals, and a session that was held in two runs",
        "one that ran into the planned start",
        "one that ended with the planned start",
        "everybody came early",
        "everybody came early, twice",
        "a session that began as late as can be",
        "one that began later than planned to end is another time",
        "the session still runs",
        "beginnings were not told",
        "nothing was told of the session but that it is",
    ],
)
def test_a_rehearsal_does_not_count_once_the_session_was_held(
    runs: list[Instance], counted: str
) -> None:
    assert counted_runs(runs, PLAN, LONG_AFTER) == set(counted)


def test_one_that_runs_before_the_planned_start_may_be_a_rehearsal_as_well() -> None:
    runs = [run("r", -60, -30), run("s", -20, None)]

    assert counted_runs(runs, PLAN, TEN - timedelta(minutes=1)) == {"r", "s"}
    assert counted_runs(runs, PLAN, TEN) == {"s"}


def test_an_event_that_is_moved_makes_a_rehearsal_of_what_was_held_or_a_session() -> None:
    runs = [run("r", -60, -30), run("a", 0, 60)]
    sooner = PLAN.model_copy(update={"starts_at": TEN - timedelta(hours=1)})
    later = PLAN.model_copy(update={"starts_at": TEN + timedelta(days=7)})

    assert counted_runs(runs, sooner, LONG_AFTER) == {"r", "a"}
    assert counted_runs(runs, later, LONG_AFTER) == {"r", "a"}
    again = [*runs, run("b", 7 * 24 * 60, 7 * 24 * 60 + 60)]
    assert counted_runs(again, later, LONG_AFTER + timedelta(days=7)) == {"b"}
