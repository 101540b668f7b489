"""A day of a million enrollments over some Zoom accounts: which limit binds, and where.

What each operation takes at Zoom and of AWS is what the table of operations was measured at.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.tables.report import Chart, Report, load, number
from benchmarks.tables.simulated_day import BY_HOUR, Outcome, SimulatedDay, Work, calls_of
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY, PER_DAY, PER_SECOND, Lane, Plan
from lectern.store.shards import SHARDS

NAME = "learners"
ENROLLMENTS = 1_000_000
ACCOUNTS = (1, 10, 100)
_PEOPLE = 40
"""Of an event; half of them are enrolled with it in a batch."""
_VERIFICATIONS = 12
_EVENTS_OF_A_HOST = 10
_BUSIEST = max(BY_HOUR) / sum(BY_HOUR) / 3600
"""Which part of a day's work comes in each second of its busiest hour."""

LATE, FULL, EMPTY = "late enrollment", "an event and 40 people", "an event, nobody in it"
TITLE, VERIFIED = "title changed", "40 people verified"
STARTED, VISITED, ENDED = "a session starts", "somebody comes and goes", "a session ended"
CLICKED = "a join decision"

AWS_LIMITS = {
    "executions started": 300,
    "state transitions": 5_000,
    "invocations at once": 1_000,
    "requests to the API": 10_000,
    "writes of the outbox's counter": 1_000,
    "writes of a partition of the outbox": 1_000,
    "writes of a shard of an index": 1_000,
}
"""A second, by default, in a large region: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
and the like pages of Lambda, API Gateway and DynamoDB (of a partition)."""

Json = Any
"""What can be written as JSON."""


def run(accounts: Sequence[int] = ACCOUNTS) -> Report:
    """Lets a day pass for one of so many accounts, each of which has its part of the work."""
    measured = {each["operation"]: each for each in load("operations")["figures"]}
    days = {}
    for count in accounts:
        works = works_of(ENROLLMENTS // count, measured)
        hosts = max(1, ENROLLMENTS // count // _PEOPLE // _EVENTS_OF_A_HOST)
        days[count] = SimulatedDay(works, hosts).run()
        print(f"  of {count}: {days[count].calls.total():,} calls of an account", flush=True)
    return report_of(days, of_lectern(measured))


def works_of(enrollments: int, measured: Mapping[str, Json]) -> list[Work]:
    """A day's work at Zoom, for so many enrollments."""
    events = max(1, enrollments // _PEOPLE)
    lines = (
        (LATE, enrollments // 2, Lane.EDIT),
        (FULL, events // 2, Lane.EDIT),
        (EMPTY, events // 2, Lane.EDIT),
        (TITLE, events, Lane.EDIT),
        (VERIFIED, events * _VERIFICATIONS, Lane.BACKGROUND),
        (ENDED, events, Lane.BACKGROUND),
    )
    return [
        Work(name, times, calls, lane)
        for name, times, lane in lines
        if (calls := calls_of(_of(measured, name)["zoom_calls"]))
    ]


def _of(measured: Mapping[str, Json], name: str) -> Json:
    """The figures of an operation whose name begins so."""
    return next(each for operation, each in measured.items() if operation.startswith(name))


def of_lectern(measured: Mapping[str, Json]) -> dict[str, float]:
    """What all of it takes of AWS in a second of the busiest hour."""
    events = ENROLLMENTS / _PEOPLE
    times = {
        LATE: ENROLLMENTS / 2,
        FULL: events / 2,
        EMPTY: events / 2,
        TITLE: events,
        VERIFIED: events * _VERIFICATIONS,
        STARTED: events,
        VISITED: ENROLLMENTS,
        ENDED: events,
        CLICKED: 2 * ENROLLMENTS,
    }
    figures = {name: _of(measured, name) for name in times}

    def of(what: str) -> float:
        return sum(_BUSIEST * count * float(figures[name][what]) for name, count in times.items())

    def written(item: str) -> float:
        units = (float(each["write_units_by_item"].get(item, 0)) for each in figures.values())
        return sum(
            _BUSIEST * count * unit for count, unit in zip(times.values(), units, strict=True)
        )

    indexes = {item for each in figures.values() for item in each["write_units_by_item"]}
    shared = max((written(item) for item in indexes if item.startswith("index GSI")), default=0.0)
    return {
        "executions started": of("executions"),
        "state transitions": of("transitions"),
        "invocations at once": of("milliseconds") / 1000,
        "requests to the API": of("api_requests"),
        "writes of the outbox's counter": written("OUTBOX/COUNTER"),
        "writes of a partition of the outbox": written("OUTBOX/#") / SHARDS,
        "writes of a shard of an index": shared / SHARDS,
    }


def report_of(days: Mapping[int, Outcome], lectern: Mapping[str, float]) -> Report:
    """A line for each limit: how much of it is used, by one of so many accounts."""
    of_zoom = {count: _of_zoom(day) for count, day in days.items()}
    names = list(next(iter(of_zoom.values())))
    head = ("limit", "of", "takes", *(f"{count} account{'s' * (count > 1)}" for count in days))
    rows = [
        ["Zoom: " + name, "an account", number(of_zoom[next(iter(days))][name][1])]
        + [_share(*of_zoom[count][name]) for count in days]
        for name in names
    ]
    rows += [
        ["Lectern: " + name, "a stack", number(AWS_LIMITS[name])]
        + [_share(used, AWS_LIMITS[name]) for _ in days]
        for name, used in lectern.items()
    ]
    for what, pick in (
        ("seconds until done, half of all", 0.5),
        ("seconds until done, 99 of 100", 0.99),
        ("seconds until done, the slowest", 1.0),
    ):
        told = [number(_quantile(day, LATE, pick)) for day in days.values()]
        rows.append([f"a late enrollment: {what}", "", "", *told])
    held = [", ".join(f"{n:,} by {name}" for name, n in day.held.items()) for day in days.values()]
    rows.append(["calls held back by a daily limit", "", "", *(each or "0" for each in held)])
    rows.append(["work left at midnight", "", "", *(number(day.left) for day in days.values())])
    figures = {
        "accounts": {
            str(count): {
                "of_zoom": {name: used / most for name, (used, most) in of_zoom[count].items()},
                "calls": dict(day.calls),
                "held": dict(day.held),
                "left": day.left,
                "seconds": {
                    name: {str(q): _quantile(day, name, q) for q in (0.5, 0.99, 1.0)}
                    for name in day.waits
                },
            }
            for count, day in days.items()
        },
        "of_lectern": {name: used / AWS_LIMITS[name] for name, used in lectern.items()},
    }
    chart = Chart(
        "learners",
        "A million enrollments a day: how much of each limit is used",
        "bars",
        "%",
        [row[0] for row in rows[: len(names) + len(lectern)]],
        {
            f"{count} account{'s' * (count > 1)}": [
                *(round(100 * used / most, 1) for used, most in of_zoom[count].values()),
                *(round(100 * used / AWS_LIMITS[name], 1) for name, used in lectern.items()),
            ]
            for count in days
        },
    )
    return Report(NAME, head, rows, figures, [chart])


def _of_zoom(day: Outcome) -> dict[str, tuple[float, float]]:
    """How much of each of Zoom's limits an account used, and how much there is."""
    seconds, daily = PER_SECOND[Plan.BUSINESS], PER_DAY[Plan.BUSINESS]
    return {
        **{
            f"{kind.upper()} calls in the busiest second": (day.busiest.get(kind, 0), most)
            for kind, most in seconds.items()
        },
        **{f"{kind.upper()} calls a day": (day.calls[kind], most) for kind, most in daily.items()},
        "changes of the busiest host a day": (day.of_a_host, HOST_CHANGES_A_DAY),
    }


def _share(used: float, most: float) -> str:
    return f"{number(used)} ({used / most:.0%})"


def _quantile(day: Outcome, name: str, share: float) -> float | None:
    waits = sorted(day.waits.get(name, []))
    return round(waits[min(len(waits) - 1, int(share * len(waits)))], 2) if waits else None
