"""Tables of figures are put together as they are meant to be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import TABLES
from benchmarks.tables import beside_a_loop, growth, hot_paths, month, page
from benchmarks.tables.operation import SERVICES, Operation, figures_of
from benchmarks.tables.operations import report_of, row_of
from benchmarks.tables.report import Chart, Report, load, number, table_text


def test_a_table_is_aligned() -> None:
    assert table_text(["what", "s"], [["a click", "0.1"], ["b", "12.25"]]).splitlines() == [
        "| what    |     s |",
        "|:--------|------:|",
        "| a click |   0.1 |",
        "| b       | 12.25 |",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (0.126, "0.13"),
        (9.5, "9.50"),
        (34.04, "34.0"),
        (1234.4, "1,234"),
        (-12.34, "-12.3"),
        (None, ""),
    ],
)
def test_a_figure_has_as_many_digits_as_one_reads(value: float | None, text: str) -> None:
    assert number(value) == text


def shown(**changes: Any) -> dict[str, Any]:
    """What the meter shows of something."""
    usd = dict.fromkeys(SERVICES, 0.0) | {"step_functions": 100e-6, "dynamodb": 50e-6}
    return {
        "step_functions": {
            "executions": {"EventSync": 2},
            "transitions": 4,
            "states": {"EventSync": {"Take": 3, "Finish": 1}},
        },
        "lambda": {
            "dispatch": {"invocations": 2, "milliseconds": 10},
            "event_sync": {"invocations": 3, "milliseconds": 50},
        },
        "dynamodb": {
            "write_units": 9,
            "read_units": 2.5,
            "write_units_by_item": {"EVENT/USER": 9},
            "read_units_by_item": {"EVENT/USER": 2.5},
        },
        "sqs": {"standard": 2, "fifo": 1},
        "api_gateway": {"requests": {"PUT /v1/x": 1}},
        "zoom": {"calls": {"add_meeting_registrant": 1}},
        "price_usd": usd | {"total": sum(usd.values())},
    } | changes


OPERATION = Operation("late enrollment", lambda _: None, at_most=150)


def test_an_operation_s_figures_are_the_means_of_its_rounds() -> None:
    second = shown(zoom={"calls": {}}, sqs={"standard": 0, "fifo": 1})
    figures = figures_of(OPERATION, [shown(), second], 0.5)
    assert figures["transitions"] == 4
    assert figures["states"] == {"EventSync: Finish": 1, "EventSync: Take": 3}
    assert (figures["invocations"], figures["milliseconds"]) == (5, 60)
    assert figures["queue_requests"] == 2
    assert figures["zoom_calls"] == {"add_meeting_registrant": 0.5}
    assert figures["usd_a_million"] == 150


def test_what_a_round_does_several_times_is_told_for_one_of_them() -> None:
    several = Operation("a click", lambda _: None, times=20)
    figures = figures_of(several, [shown()], None)
    assert (figures["transitions"], figures["usd_a_million"]) == (0.2, 7.5)
    assert figures["seconds"] is None


def test_a_row_says_what_is_dearest_and_what_it_should_cost_at_most() -> None:
    row = row_of(figures_of(OPERATION, [shown()], 0.5))
    assert row[0] == "late enrollment"
    assert row[-4:] == ["0.50", "150", "150", "Step Functions 67%"]


def test_a_chart_has_the_price_of_a_million_by_service() -> None:
    [chart] = report_of([figures_of(OPERATION, [shown()], 0.5)]).charts
    assert chart.labels == ["late enrollment"]
    assert chart.series["Step Functions"] == [100.0]
    assert chart.series["SQS"] == [0.0]


def measured(usd: float = 1e-6) -> dict[str, Any]:
    """Operations, each of which costs the same, all of it for the table."""
    names = {name for line in month.LINES for name in line.operations}
    each = dict.fromkeys(SERVICES, 0.0) | {"dynamodb": usd}
    return {name: {"usd": each, "transitions": 2} for name in names}


def test_a_month_is_each_operation_as_often_as_it_comes() -> None:
    figures = month.report_of(measured()).figures
    totals = {line["name"]: line["total"] for line in figures["lines"]}
    assert totals["enrollments one by one"] == pytest.approx(40_000e-6)
    assert totals["sessions held, with attendance"] == pytest.approx(2 * 2_000e-6)
    assert totals["looks for deliveries, nothing waits"] == pytest.approx(43_200e-6)
    assert figures["all"]["total"] == pytest.approx(sum(totals.values()))
    assert figures["idle"]["total"] == pytest.approx(43_200e-6 + 2 * 8_640e-6)
    times = sum(line.times * len(line.operations) for line in month.LINES)
    assert figures["transitions"] == 2 * times


def grown(usd: float) -> dict[str, Any]:
    change = figures_of(OPERATION, [shown()], 0.4) | {"usd_a_million": usd}
    return {"seconds_to_make": 3.2, "changes": {"late enrollment": change}}


def test_growth_is_told_against_the_smallest_event() -> None:
    report = growth.report_of({1_000: grown(180), 10: grown(150)})
    assert [(row[0], row[1], row[-2], row[-1]) for row in report.rows] == [
        ("late enrollment", "10", "150", "1.00"),
        ("late enrollment", "1,000", "180", "1.20"),
        ("all of them at once", "10", "", ""),
        ("all of them at once", "1,000", "", ""),
    ]
    [chart] = report.charts
    assert chart.series["late enrollment"] == [150, 180]
    assert chart.series["removal"] == [None, None]


def test_both_who_register_people_are_beside_each_other() -> None:
    measured = [
        {
            "who": who,
            "weather": weather,
            "people": 100,
            "links": 100,
            "calls": {"x": calls},
            "refused": 0,
            "seconds": seconds,
        }
        for weather in ("at once", "a storm")
        for who, calls, seconds in (("Lectern", 6, 2.5), ("zoomus in a loop", 101, 30.0))
    ]
    report = beside_a_loop.report_of(measured)
    assert [row[4] for row in report.rows] == ["6", "101", "6", "101"]
    [chart] = report.charts
    assert chart.labels == ["at once", "a storm"]
    assert chart.series == {"Lectern": [2.5, 2.5], "zoomus in a loop": [30.0, 30.0]}


REPORT = Report(
    "sample",
    ["what", "s"],
    [["a click", "0.1"]],
    {"seconds": 0.1},
    [Chart("sample", "How long", "bars", "s", ["a click"], {"here": [0.1]})],
)


def test_a_report_is_saved_with_where_it_comes_from(tmp_path: Path) -> None:
    saved = json.loads(REPORT.save(tmp_path).read_text())
    assert saved == load("sample", tmp_path)
    assert (saved["figures"], saved["rows"]) == ({"seconds": 0.1}, [["a click", "0.1"]])
    assert saved["charts"][0]["series"] == {"here": [0.1]}
    assert set(saved["measured"]) == {"on", "at", "cores", "python"}


def test_a_page_has_each_table_in_its_place_and_the_rest_as_it_was(tmp_path: Path) -> None:
    REPORT.save(tmp_path)
    text = "\n".join(
        f"# {name}\n<!-- table: {name} -->\nbefore\n<!-- end of table -->"
        for name in ("sample", "other")
    )
    target = tmp_path / "page.md"
    target.write_text(text)
    page.write(target, tmp_path)
    written = target.read_text()
    assert "# sample\n<!-- table: sample -->\nMeasured on " in written
    assert "| a click | 0.1 |" in written
    assert "![How long](performance/sample.svg)" in written
    assert "# other\n<!-- table: other -->\nbefore\n<!-- end of table -->" in written
    page.write(target, tmp_path)
    assert target.read_text() == written


def test_the_page_of_the_docs_has_a_place_for_every_table() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        assert f"<!-- table: {name} -->\n" in text


def test_functions_are_told_against_a_bare_one() -> None:
    measured = [
        {"path": hot_paths.BARE, "warm_ms": [4.0, 5.0, 9.0], "cold_ms": [400.0]},
        {"path": "a click", "warm_ms": [2.0, 4.0, 4.5], "cold_ms": [500.0]},
    ]
    report = hot_paths.report_of(measured)
    assert [row[3] for row in report.rows] == ["", "0.80"]
    assert [row[5] for row in report.rows] == ["", "1.25"]
    [chart] = report.charts
    assert chart.series == {"warm": [1.0, 0.8], "cold": [1.0, 1.25]}
