"""Copies of this process: many trials from one beginning, which none of them changes."""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections.abc import Callable

MOST_SECONDS = 60
"""What has not come to an end by then never does."""


def in_a_copy(trial: Callable[[], list[str]]) -> list[str]:
    """What a trial finds that is made in a copy of this process; what it raises is found as well.

    The copy has this thread alone, so the trial may use no other's.
    """
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        os.close(reading)
        _make(trial, writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        answer = told.read()
    os.waitpid(copy, 0)
    found: list[str] = json.loads(answer) if answer else [f"no end within {MOST_SECONDS} s"]
    return found


def _make(trial: Callable[[], list[str]], writing: int) -> None:
    """Makes the trial, tells of it, and ends the copy, whatever comes of it."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(MOST_SECONDS)
        try:
            found = trial()
        except Exception:  # noqa: BLE001 - whoever asked for the trial is told
            found = [traceback.format_exc(limit=-3)]
        os.write(writing, json.dumps(found).encode())
    finally:
        os._exit(0)
