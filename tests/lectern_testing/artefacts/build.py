"""`sam build` as `make build` runs it, and Lambda's runtime client beside it."""

from __future__ import annotations

import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lectern_testing.table import REPOSITORY
from local.runtime import Runtime

_TOOLS = Path(sys.executable).parent
_CLIENT = Path(__file__).with_name("client")
_OF_LAMBDA = ("awslambdaric", "simplejson", "snapshot-restore-py")
"""The runtime client and what it needs; boto3, which Lambda has as well, is in the layer."""
_UNREACHABLE = re.compile(
    r"failed to fetch|error sending request|dns error|tcp connect error|operation timed out",
    re.IGNORECASE,
)
_PLATFORMS = {"Linux": "manylinux2014", "Darwin": "apple-darwin"}


def interpreter() -> str | None:
    """The Python of Lambda's version that the layers' makefiles find."""
    compiling = runpy.run_path(str(REPOSITORY / "layers" / "compile.py"))
    found: str | None = compiling["interpreter"]()
    return found


def this_machine() -> str:
    """This machine's platform, in uv's words."""
    processor = platform.machine().replace("arm64", "aarch64")
    return f"{processor}-{_PLATFORMS[platform.system()]}"


def build(folder: Path, layer_platform: str | None = None) -> Path:
    """Builds into a folder, for Lambda unless a platform is given; skips without the index."""
    variables = {"PATH": f"{_TOOLS}{os.pathsep}{os.environ['PATH']}"}
    if layer_platform:
        variables["LAYER_PLATFORM"] = layer_platform
    _run([f"{_TOOLS}/sam", "build", "--build-dir", str(folder)], variables)
    return folder


def _run(command: list[str], variables: dict[str, str]) -> None:
    """Runs what installs packages.

    Raises:
        RuntimeError: It fails, and not because nothing can be fetched.
    """
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    if done.returncode == 0:
        return
    if _UNREACHABLE.search(done.stdout + done.stderr):
        pytest.skip("the package index cannot be reached, from which layers are built")
    raise RuntimeError(done.stderr)


@dataclass(frozen=True)
class Artefacts:
    """What was built for this machine.

    Attributes:
        folder: What `sam build` left.
        runtime: Lambda's Python with its client, and with nothing of the virtual environment.
        standard_library: The modules of that Python.
        notes: Where each process says what it takes modules from.
    """

    folder: Path
    runtime: Runtime
    standard_library: Path
    notes: Path

    @property
    def template(self) -> Path:
        """What would be deployed."""
        return self.folder / "template.yaml"

    @classmethod
    def make(cls, folder: Path) -> Artefacts:
        """Builds all of it below an empty folder; skips where that is not possible."""
        python = interpreter()
        if python is None:
            pytest.skip("no CPython 3.13 on this machine, which functions run on")
        built = build(folder / "build", this_machine())
        packages, client = folder / "lambda", folder / "client"
        _install_runtime_client(packages, folder / "lambda.txt")
        subprocess.run([python, "-m", "compileall", "-q", str(packages)], check=True)
        shutil.copytree(_CLIENT, client)
        (client / "notes").mkdir()
        where = "import sysconfig; print(sysconfig.get_path('stdlib'))"
        library = subprocess.run(
            [python, "-S", "-c", where], check=True, capture_output=True, text=True
        ).stdout.strip()
        return cls(
            built,
            Runtime.bare(python, packages, client, client="noting_client"),
            Path(library),
            client / "notes",
        )


def _install_runtime_client(packages: Path, lock: Path) -> None:
    """Installs what Lambda has beside a function, in the versions that are locked here."""
    locked = (REPOSITORY / "requirements" / "dev.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", locked, flags=re.MULTILINE)
    lock.write_text("".join(each for each in blocks if each.partition("==")[0] in _OF_LAMBDA))
    install = [f"{_TOOLS}/uv", "pip", "install", "--quiet", "--require-hashes", "--only-binary"]
    of = [":all:", "--python-platform", this_machine(), "--python-version", "3.13"]
    _run([*install, *of, "--target", str(packages), "--requirement", str(lock)], {})
