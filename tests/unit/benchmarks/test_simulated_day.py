"""A day against a clock goes by the product's limits, and says which of them binds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from benchmarks.tables import learners
from benchmarks.tables.simulated_day import MIDNIGHT, BudgetInMemory, SimulatedDay, Work, calls_of
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY, Lane, Plan

LIGHT, HEAVY, CREATE = "add_meeting_registrant", "batch_meeting_registrants", "create_meeting"


def day(*works: Work, hosts: int = 1_000, plan: Plan = Plan.BUSINESS) -> Any:
    return SimulatedDay(works, hosts, plan).run()


def test_all_that_fits_is_done_at_once() -> None:
    found = day(Work("late", 200, (LIGHT,), Lane.EDIT))
    assert len(found.waits["late"]) == 200
    assert max(found.waits["late"]) < 3
    assert (found.left, found.held) == (0, {})
    assert found.calls == {"light": 200}


def test_no_second_has_more_calls_than_zoom_allows() -> None:
    found = day(Work("late", 60_000, (LIGHT, LIGHT), Lane.EDIT), plan=Plan.PRO)
    assert found.busiest["light"] <= 30
    assert found.calls["light"] == 120_000


def test_a_daily_limit_holds_back_what_comes_after_it() -> None:
    work = Work("reports", 25_000, ("report_meeting_participants",), Lane.BACKGROUND)
    found = day(work, plan=Plan.PRO)
    # Of 30,000 HEAVY calls a day the background may see 70 percent used.
    assert found.calls["heavy"] == 21_000
    assert (found.left, found.held) == (4_000, {"heavy": 4_000})


def test_a_host_has_so_many_changes_a_day() -> None:
    found = day(Work("create", 150, (CREATE,), Lane.EDIT), hosts=1)
    assert found.of_a_host == HOST_CHANGES_A_DAY
    assert found.left == 50
    assert day(Work("create", 150, (CREATE,), Lane.EDIT), hosts=2).of_a_host == 75


def test_a_day_is_the_same_for_the_same_seed() -> None:
    work = Work("late", 500, (LIGHT, HEAVY), Lane.EDIT)
    assert day(work).waits == day(work).waits


def test_a_session_s_changes_are_folded_once_half_of_the_host_s_day_is_used() -> None:
    budget = BudgetInMemory()
    for _ in range(50):
        assert budget.take_host("a", MIDNIGHT, "host", 80, "1")
    assert not budget.take_host("a", MIDNIGHT, "host", 80, "1")
    later = MIDNIGHT + timedelta(minutes=31)
    assert budget.host_reopens_at("a", MIDNIGHT, "host", 80, "1") < later
    assert budget.take_host("a", later, "host", 80, "1")


def test_calls_are_those_that_were_seen() -> None:
    seen = {CREATE: 1.0, HEAVY: 2.0, LIGHT: 0.3, "oauth_token": 1.0}
    assert calls_of(seen) == (CREATE, HEAVY, HEAVY)


def figures(name: str, **changes: Any) -> dict[str, Any]:
    none = dict.fromkeys(("executions", "transitions", "milliseconds", "api_requests"), 0)
    return none | {"operation": name, "write_units_by_item": {}, "zoom_calls": {}} | changes


@pytest.fixture
def measured() -> dict[str, Any]:
    names = (
        learners.LATE,
        learners.FULL,
        learners.EMPTY,
        learners.TITLE,
        learners.VERIFIED,
        learners.STARTED,
        learners.VISITED,
        learners.ENDED,
        learners.CLICKED,
    )
    late = {
        "executions": 1,
        "write_units_by_item": {"index GSI5": 4, "index GSI2": 2, "OUTBOX/#": 8},
        "zoom_calls": {LIGHT: 1},
    }
    return {name: figures(name, **(late if name == learners.LATE else {})) for name in names}


def test_the_busiest_hour_has_its_part_of_a_day(measured: dict[str, Any]) -> None:
    used = learners.of_lectern(measured)
    a_second = 500_000 * 16 / 149 / 3600
    assert used["executions started"] == pytest.approx(a_second)
    assert used["writes of a shard of an index"] == pytest.approx(a_second)
    assert used["writes of a partition of the outbox"] == pytest.approx(2 * a_second)


def test_each_limit_is_told_with_how_much_of_it_is_used(measured: dict[str, Any]) -> None:
    works = learners.works_of(1_000, measured)
    assert works == [Work(learners.LATE, 500, (LIGHT,), Lane.EDIT)]
    days = {100: SimulatedDay(works, 2).run()}
    report = learners.report_of(days, learners.of_lectern(measured))
    cells = {row[0]: row for row in report.rows}
    assert cells["Zoom: HEAVY calls a day"][2:] == ["60,000", "0 (0%)"]
    assert cells["Lectern: executions started"][3] == "14.9 (5%)"
    assert cells["work left at midnight"][3] == "0"
    assert len(report.charts[0].labels) == len(report.charts[0].series["100 accounts"])
