"""Nothing that the local cloud starts outlives it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from lectern_testing.small_stack import NOBODY, TEMPLATE
from lectern_testing.waiting import eventually
from local.cloud import Ports
from local.template import ROOT

PROGRAM = """
import pathlib, sys, time
from local.cloud import LocalCloud, Ports
ports = Ports(*map(int, sys.argv[3:7]))
with LocalCloud(ports, template=pathlib.Path(sys.argv[1]), zoom_urls=(sys.argv[2], sys.argv[2])):
    print("ready", flush=True)
    time.sleep(600)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="looks for processes where Linux shows them"
)


def descendants(port: int) -> list[str]:
    """Processes of the cloud at this port: it is in an argument or a variable of each."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            about = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(port).encode() in about and f"{PROGRAM}".encode() not in about:
            found.append(process.name)
    return found


@pytest.fixture
def running() -> Iterator[tuple[Popen[str], int]]:
    """A cloud in a process of its own, and the port by which its parts are found."""
    ports = Ports()
    numbers = [str(port) for port in (ports.api, ports.zoom, ports.aws, ports.control)]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(TEMPLATE), NOBODY[0], *numbers],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process, ports.aws
        process.kill()


def test_a_killed_cloud_takes_its_processes_with_it(running: tuple[Popen[str], int]) -> None:
    process, port = running
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert len(descendants(port)) >= 4, "moto and three functions"
    process.send_signal(signal.SIGKILL)
    eventually(lambda: not descendants(port))


def test_a_cloud_killed_while_it_starts_takes_its_processes_with_it(
    running: tuple[Popen[str], int],
) -> None:
    process, port = running
    eventually(lambda: descendants(port))
    process.send_signal(signal.SIGKILL)
    eventually(lambda: not descendants(port))
