"""Runs a module as a child process that ends when its parent does, however the parent ends.

The parent holds the other end of standard input; when that closes, the child leaves. It is run as
a file, `python local/child.py MODULE ARGUMENT...`, so that nothing but the module is imported.
"""

import os
import runpy
import sys
import threading


def _leave_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    """Runs the module that is named first among the arguments, as `python -m` would."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    sys.path[0] = os.getcwd()  # noqa: PTH109 (pathlib is not worth its import time here)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
