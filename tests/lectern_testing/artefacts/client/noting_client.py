"""AWS's runtime client, with a note of each file that the process takes modules from.

`compiled` is a file whose source this process had to compile; `read` is bytecode, and `loaded` a
library of machine code.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import Any

_NOTES = os.open(
    Path(__file__).parent / "notes" / f"{os.environ['AWS_LAMBDA_FUNCTION_NAME']}.{os.getpid()}",
    os.O_WRONLY | os.O_CREAT | os.O_APPEND,
)


def note(event: str, arguments: tuple[Any, ...]) -> None:
    """Takes what Python audits: https://docs.python.org/3/library/audit_events.html."""
    if event == "open" and isinstance(arguments[0], str) and arguments[0].endswith(".pyc"):
        _write("read", arguments[0])
    elif event == "compile" and isinstance(arguments[1], (str, bytes)):
        name = os.fsdecode(arguments[1])
        if not name.startswith("<"):
            _write("compiled", name)
    elif event == "import" and arguments[1]:
        _write("loaded", arguments[1])


def _write(what: str, path: str) -> None:
    os.write(_NOTES, f"{what} {path}\n".encode())


if __name__ == "__main__":
    sys.addaudithook(note)
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
