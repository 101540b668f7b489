"""Runs benchmarks: `python -m benchmarks [roster | events | webhooks | reception] [NUMBER ...]`."""

import sys

from benchmarks import many_events, reception, roster, webhooks


def main(arguments: list[str]) -> None:
    """Runs the one that is named, or all."""
    name, *numbers = arguments or ["all"]
    if name in {"all", "roster"}:
        roster.run([int(size) for size in numbers] or roster.DEFAULT_SIZES)
    if name in {"all", "events"}:
        for scale in [float(number) for number in numbers] or [many_events.SCALE]:
            many_events.run(scale=scale)
    if name in {"all", "webhooks"}:
        webhooks.run([int(size) for size in numbers] or webhooks.DEFAULT_SIZES)
    if name in {"all", "webhooks", "reception"}:
        reception.run()


if __name__ == "__main__":
    main(sys.argv[1:])
