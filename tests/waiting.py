"""Waits for what comes in its own time."""

import time


def eventually(look, seconds=60):
    """The first true answer of `look`, asked until there is one."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            msg = f"nothing within {seconds} s"
            raise AssertionError(msg)
        time.sleep(0.1)
    return found
