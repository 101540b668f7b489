"""Compiles a layer for the Python that runs it in Lambda: `python compile.py <folder>`.

Lambda cannot write to /opt, so what is not compiled is compiled by every cold start anew. The
sources stay beside it, for tracebacks; their dates, which packaging changes, are not looked at
(unchecked-hash). Bytecode is that of one minor version, so CPython 3.13 is looked for on this
machine, and fetched by uv otherwise. Without it the layer works as well, and starts more slowly.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSION = "3.13"
_SAYS_ITS_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def interpreter() -> str | None:
    """An interpreter of Lambda's version that runs here."""
    return next(filter(_is_right, _found()), None) or next(filter(_is_right, _fetched()), None)


def _found() -> Iterator[str]:
    yield os.environ.get("LAMBDA_PYTHON", "")
    yield shutil.which(f"python{VERSION}") or ""
    # pyenv's shims answer only for the version that is chosen.
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    yield from map(str, sorted(versions.glob(f"{VERSION}*/bin/python{VERSION}")))
    yield _said("uv", "python", "find", "--managed-python", VERSION)


def _fetched() -> Iterator[str]:
    _said("uv", "python", "install", VERSION)
    yield _said("uv", "python", "find", "--managed-python", VERSION)


def _is_right(python: str) -> bool:
    return bool(python) and _said(python, "-c", _SAYS_ITS_VERSION) == VERSION


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def main(folder: str) -> int:
    """Compiles everything below a folder."""
    python = interpreter()
    if python is None:
        print(f"No CPython {VERSION}: {folder} is not compiled; set LAMBDA_PYTHON", file=sys.stderr)
        return 0
    how = ["-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    # As it will be called in Lambda, which is what tracebacks show.
    where = ["-s", folder, "-p", "/opt", folder]
    return subprocess.run([python, *how, *where], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
