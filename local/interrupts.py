"""How a process is told to end that runs until then: by Ctrl-C, or by SIGTERM."""

import signal
import time

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_PIECE_SECONDS = 0.5


def heed() -> None:
    """From now on either raises `KeyboardInterrupt` in the main thread, once."""
    for number in _INTERRUPTS:
        signal.signal(number, _interrupt)


def wait() -> None:
    """Waits until the process is told to end.

    In pieces: a signal that the system hands to another thread ends no wait of this one, and its
    handler runs here once this thread does anything at all.

    Raises:
        KeyboardInterrupt: It is.
    """
    while True:
        time.sleep(_PIECE_SECONDS)


def _interrupt(_number: int, _frame: object) -> None:
    """Ends the wait, or what comes before it; what comes after it must not be broken off."""
    for number in _INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
