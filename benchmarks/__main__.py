"""Runs the benchmarks: `python -m benchmarks [roster [SIZE ...] | events [SCALE ...]]`."""

import sys

from benchmarks import many_events, roster


def main(arguments: list[str]) -> None:
    """Runs the one that is named, or both."""
    name, *numbers = arguments or ["all"]
    if name in {"all", "roster"}:
        roster.run([int(size) for size in numbers] or roster.DEFAULT_SIZES)
    if name in {"all", "events"}:
        for scale in [float(number) for number in numbers] or [many_events.SCALE]:
            many_events.run(scale=scale)


if __name__ == "__main__":
    main(sys.argv[1:])
