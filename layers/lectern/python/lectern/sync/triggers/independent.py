"""Runs the parts of a sweep so that one which fails keeps none of the others from its work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lectern.telemetry import JsonLog, place_of

_log = JsonLog(__name__)


class SweepFailed(Exception):
    """Parts of a sweep failed; the others did their work.

    Attributes:
        parts: Which ones.
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(", ".join(parts))
        self.parts = parts


def run_all(parts: Mapping[str, Callable[[], dict[str, int]]]) -> dict[str, int]:
    """Runs parts one after the other, and adds up what each says it did.

    Raises:
        SweepFailed: Some failed, when all have run. What failed is in the log, by its place: the
            text of an error can quote an item with its people.
    """
    done: dict[str, int] = {}
    failed: list[str] = []
    for name, run in parts.items():
        try:
            done |= run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are due
            failed.append(name)
            _log.error("a part of the sweep failed", part=name, **place_of(error))
    if failed:
        raise SweepFailed(tuple(failed))
    return done
