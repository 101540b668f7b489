"""Runs benchmarks: all, or the one that is named, with the sizes or scales that are given."""

import argparse
from collections.abc import Callable

from benchmarks import many_events, reception, roster, webhooks, webinar


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
    "webinar": lambda sizes: webinar.run(*map(int, sizes)),
}


def main() -> None:
    """Runs what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="without it, the first three")
    parser.add_argument("number", nargs="*", type=float, help="how many people, or of how much")
    asked = parser.parse_args()
    for name in [asked.name] if asked.name else list(BENCHMARKS)[:3]:
        BENCHMARKS[name](asked.number)


if __name__ == "__main__":
    main()
