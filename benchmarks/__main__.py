"""Runs the benchmark that is named, or some, with the sizes or scales that are given."""

import argparse
from collections.abc import Callable

from benchmarks import console, many_events, reception, roster, webhooks, webinar


def _events(scales: list[float]) -> None:
    for scale in scales or [many_events.SCALE]:
        many_events.run(scale=scale)


def _webhooks(counts: list[float]) -> None:
    webhooks.run([int(count) for count in counts] or webhooks.DEFAULT_SIZES)
    reception.run()


BENCHMARKS: dict[str, Callable[[list[float]], None]] = {
    "roster": lambda sizes: roster.run([int(size) for size in sizes] or roster.DEFAULT_SIZES),
    "events": _events,
    "webhooks": _webhooks,
    "reception": lambda _: reception.run(),
    "console": lambda sizes: console.run(*map(int, sizes)),
    "webinar": lambda sizes: webinar.run(*map(int, sizes)),
}
_WITHOUT_A_NAME = ("roster", "events", "webhooks")


def main() -> None:
    """Runs what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    unnamed = ", ".join(_WITHOUT_A_NAME)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help=f"without it: {unnamed}")
    parser.add_argument("number", nargs="*", type=float, help="how many people, or of how much")
    asked = parser.parse_args()
    for name in [asked.name] if asked.name else _WITHOUT_A_NAME:
        BENCHMARKS[name](asked.number)


if __name__ == "__main__":
    main()
