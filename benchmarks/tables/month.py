"""What a month of a mid-size LMS costs at list prices, from what each operation was measured at."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.tables.operation import SERVICES
from benchmarks.tables.report import Chart, Report, load

NAME = "month"
Json = Any
"""What can be written as JSON."""

EVENTS, ENROLLMENTS, CLICKS, VISITS = 2_000, 80_000, 400_000, 100_000
AT_MOST, AT_MOST_IDLE = 15.0, 0.2
VERIFICATIONS = 12
"""Of an event that is made a fortnight before its start, as `domain/sweeps.py` has it: a week
before, daily from then on, every six hours on the last day, and before the start."""

_DAYS = 30
_BATCHES = ENROLLMENTS // 2 // 40
_SWEEPS = _DAYS * 24 * 12
"""Each of both, every five minutes."""
_LOOKS = _DAYS * 24 * 60


@dataclass(frozen=True)
class Line:
    """A line of the month's bill: so many times these operations of the other table."""

    name: str
    times: int
    operations: tuple[str, ...]
    idle: bool = False


LINES = (
    Line("events made with 40 people in a batch", _BATCHES, ("an event and 40 people",)),
    Line("events made empty", EVENTS - _BATCHES, ("an event, nobody in it",)),
    Line("enrollments one by one", ENROLLMENTS // 2, ("late enrollment, the LMS is told",)),
    Line("join clicks, the link is stored", CLICKS, ("a join decision, the link is stored",)),
    Line("people who come and go", VISITS, ("somebody comes and goes",)),
    Line(
        f"verifications, {VERIFICATIONS} an event",
        EVENTS * VERIFICATIONS,
        ("40 people verified, nothing to do",),
    ),
    Line(
        "sessions held, with attendance",
        EVENTS,
        ("a session starts", "a session ended, 33 attended"),
    ),
    Line(
        "sweeps with nothing due",
        _SWEEPS,
        ("a background sweep, nothing due", "a pre-event sweep, nothing due"),
        idle=True,
    ),
    Line(
        "looks for deliveries, nothing waits",
        _LOOKS,
        ("a look for deliveries, nothing waits",),
        idle=True,
    ),
)


def run() -> Report:
    """Computes the month; starts nothing."""
    measured = {each["operation"]: each for each in load("operations")["figures"]}
    return report_of(measured)


def report_of(measured: Mapping[str, Json]) -> Report:
    """The bill of the month, what its idle part is, and what dominates it."""
    lines = [_priced(line, measured) for line in LINES]
    whole = _sum("**all**", lines, AT_MOST)
    idle = _sum("**while nothing happens**", [each for each in lines if each["idle"]], AT_MOST_IDLE)
    rows = [_row(each) for each in (*lines, whole, idle)]
    head = ("a month, US$", "times", *SERVICES.values(), "all", "at most")
    shown = sorted(lines, key=lambda each: -each["total"])
    chart = Chart(
        "month",
        "What a month of a mid-size LMS costs",
        "stacked",
        "US$",
        [each["name"] for each in shown],
        {name: [round(each["usd"][key], 3) for each in shown] for key, name in SERVICES.items()},
    )
    figures = {"lines": lines, "all": whole, "idle": idle, "transitions": _transitions(measured)}
    return Report(NAME, head, rows, json.loads(json.dumps(figures)), [chart])


def _priced(line: Line, measured: Mapping[str, Json]) -> Json:
    dollars = Counter[str]()
    for name in line.operations:
        for service, usd in measured[name]["usd"].items():
            dollars[service] += usd * line.times
    return _line(line.name, line.times, dollars, idle=line.idle)


def _line(name: str, times: int | None, usd: Mapping[str, float], *, idle: bool) -> Json:
    by_service = {service: usd.get(service, 0.0) for service in SERVICES}
    total = sum(by_service.values())
    return {"name": name, "times": times, "usd": by_service, "total": total, "idle": idle}


def _sum(name: str, lines: Sequence[Json], at_most: float) -> Json:
    usd = {service: sum(each["usd"][service] for each in lines) for service in SERVICES}
    return _line(name, None, usd, idle=False) | {"at_most": at_most}


def _transitions(measured: Mapping[str, Json]) -> float:
    return sum(
        float(measured[name]["transitions"]) * line.times
        for line in LINES
        for name in line.operations
    )


def _row(line: Json) -> list[str]:
    times = "" if line["times"] is None else f"{line['times']:,}"
    dollars = [f"{line['usd'][service]:.2f}" for service in SERVICES]
    at_most = f"{line['at_most']:.2f}" if "at_most" in line else ""
    return [line["name"], times, *dollars, f"{line['total']:.2f}", at_most]
