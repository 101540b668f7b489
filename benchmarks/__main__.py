"""Runs the benchmark that is named, or all tables, with the sizes or scales that are given."""

import argparse
from collections.abc import Callable

from benchmarks import console, many_events, reception, roster, webhooks, webinar
from benchmarks.tables import beside_a_loop, growth, hot_paths, learners, month, operations, page
from benchmarks.tables.report import Report


def _events(scales: list[float]) -> None:
    for scale in scales or [many_events.SCALE]:
        many_events.run(scale=scale)


def _crowd(people_and_scale: list[float]) -> None:
    people, scale = people_and_scale or (1_000, many_events.SCALE)
    many_events.run(events=1, people=int(people), scale=scale)


def _webhooks(counts: list[float]) -> None:
    webhooks.run([int(count) for count in counts] or webhooks.DEFAULT_SIZES)
    reception.run()


TABLES: dict[str, Callable[[list[float]], Report]] = {
    operations.NAME: lambda _: operations.run(),
    month.NAME: lambda _: month.run(),
    growth.NAME: lambda sizes: growth.run([int(size) for size in sizes] or growth.SIZES),
    learners.NAME: lambda accounts: learners.run(
        [int(count) for count in accounts] or learners.ACCOUNTS
    ),
    hot_paths.NAME: lambda calls: hot_paths.run(*map(int, calls)),
    beside_a_loop.NAME: lambda people: beside_a_loop.run(*map(int, people)),
}
"""What is printed, saved, drawn and put into the docs; in an order in which each finds the other's
figures."""

BENCHMARKS: dict[str, Callable[[list[float]], None]] = {
    "roster": lambda sizes: roster.run([int(size) for size in sizes] or roster.DEFAULT_SIZES),
    "events": _events,
    "crowd": _crowd,
    "webhooks": _webhooks,
    "reception": lambda _: reception.run(),
    "console": lambda sizes: console.run(*map(int, sizes)),
    "webinar": lambda sizes: webinar.run(*map(int, sizes)),
}
"""What is printed alone."""


def main() -> None:
    """Runs what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [*TABLES, *BENCHMARKS]
    tables = ", ".join(TABLES)
    parser.add_argument("name", nargs="?", choices=names, help=f"without it: {tables}")
    parser.add_argument("number", nargs="*", type=float, help="how many people, or of how much")
    asked = parser.parse_args()
    for name in [asked.name] if asked.name else TABLES:
        if name in TABLES:
            _tell(TABLES[name](asked.number))
        else:
            BENCHMARKS[name](asked.number)


def _tell(report: Report) -> None:
    report.save()
    page.write()
    print(report.text(), flush=True)


if __name__ == "__main__":
    main()
