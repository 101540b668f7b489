"""How one change grows with the people who are enrolled already."""

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.tables.lms_platform import Platform, person
from benchmarks.tables.operation import Operation, measure
from benchmarks.tables.report import Chart, Report, load, number
from local.cloud import LocalCloud

NAME = "growth"
SIZES = (10, 100, 1_000, 10_000)
CHANGES = ("late enrollment", "removal", "title changed", "verified, nothing to do")
AT_MOST_RATIO = 1.2
"""What a change of one person may cost in the largest event, of what it costs in the smallest."""
_READ_AT_MOST = 1_000
"""People of the largest event that is verified: what that takes grows with them, and is known."""

Json = Any
"""What can be written as JSON."""


def run(sizes: Sequence[int] = SIZES) -> Report:
    """Measures events of these sizes; those that were measured before stay in the table."""
    try:
        known = {int(size): found for size, found in load(NAME)["figures"].items()}
    except FileNotFoundError:
        known = {}
    measured = {size: _measure(size) for size in sizes}
    return report_of(known | measured)


def _measure(size: int) -> Json:
    """What changes take in an event of so many people, in a cloud of its own."""
    with LocalCloud(fires_schedules=False) as cloud:
        platform = Platform(cloud)
        platform.zoom("POST", "/seed", {"registrant_capacity": size + 1_000})
        platform.make("warm", 100)
        began = time.monotonic()
        platform.put_event("grown")
        platform.enrol("grown", 0, size)
        platform.wait(lambda: platform.has("grown", size), every=0.5)
        made = time.monotonic() - began
        platform.settle()
        found = {each.name: measure(platform, each) for each in _changes(platform, size)}
        return {"seconds_to_make": round(made, 1), "changes": found}


def _changes(platform: Platform, size: int) -> list[Operation]:
    people = "/events/grown/enrollments"
    registered = [size]

    def come(n: int) -> None:
        platform.lms("PUT", f"{people}/late-{n}", person(f"late-{n}"))
        registered[0] += 1

    def go(n: int) -> None:
        platform.lms("DELETE", f"{people}/u-{n:06}")
        registered[0] -= 1

    def is_done(_: int) -> bool:
        return platform.has("grown", registered[0])

    def is_titled(_: int) -> bool:
        event = platform.event("grown")
        current = event["sync"]["synced_version"] == event["version"]
        return bool(current and event["sync"]["state"] == "in_sync")

    changes = [
        Operation("late enrollment", come, is_done, rounds=2),
        Operation("removal", go, is_done, rounds=2),
        Operation(
            "title changed",
            lambda n: platform.put_event("grown", title=f"Title {n}"),
            is_titled,
            rounds=1,
        ),
    ]
    if size <= _READ_AT_MOST:
        changes.append(
            Operation(
                "verified, nothing to do",
                lambda _: platform.lms("POST", "/events/grown/sync"),
                rounds=1,
            )
        )
    return changes


HEAD = (
    "change",
    "people",
    "transitions",
    "invocations",
    "function ms",
    "WRU",
    "RRU",
    "Zoom",
    "s",
    "US$ a million",
    "of the smallest",
)


def report_of(measured: dict[int, Json]) -> Report:
    """A line for each change and size, with its price against that of the smallest event."""
    sizes = sorted(measured)
    rows = [
        row_of(change, size, measured)
        for change in CHANGES
        for size in sizes
        if change in measured[size]["changes"]
    ]
    rows += [_made(size, measured[size]) for size in sizes]
    series = {change: [_price(measured[size], change) for size in sizes] for change in CHANGES}
    chart = Chart(
        "growth",
        "What a change costs a million times, by the people of the event",
        "lines",
        "US$",
        [f"{size:,}" for size in sizes],
        series,
        logarithmic=True,
    )
    figures = {str(size): measured[size] for size in sizes}
    return Report(NAME, HEAD, rows, figures, [chart])


def row_of(change: str, size: int, measured: dict[int, Json]) -> list[str]:
    """A line of the table."""
    found = measured[size]["changes"][change]
    smallest = _price(measured[min(measured)], change)
    return [
        change,
        f"{size:,}",
        number(found["transitions"]),
        number(found["invocations"]),
        number(found["milliseconds"]),
        number(found["write_units"]),
        number(found["read_units"]),
        number(sum(found["zoom_calls"].values())),
        number(found["seconds"]),
        number(found["usd_a_million"]),
        f"{found['usd_a_million'] / smallest:.2f}" if smallest else "",
    ]


def _made(size: int, found: Json) -> list[str]:
    return ["all of them at once", f"{size:,}", *[""] * 6, number(found["seconds_to_make"]), "", ""]


def _price(found: Json, change: str) -> float | None:
    usd: float | None = found["changes"].get(change, {}).get("usd_a_million")
    return usd
