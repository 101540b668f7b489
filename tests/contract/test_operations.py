"""Two readings of Zoom's document, the simulator's and Lectern's: true to it, and to each other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from lectern.zoom.operations import OPERATIONS as CALLED
from lectern.zoom.operations import Operation
from lectern_testing.table import REPOSITORY
from lectern_testing.zoom.document import document
from lectern_testing.zoom.simulated_account import HOST
from zoom_simulator.endpoints import HANDLERS
from zoom_simulator.operations import OPERATIONS as SERVED

UNDOCUMENTED = {"get_plan_usage"}
"""Zoom's public document does not have it."""

SIMULATOR = REPOSITORY / "zoom_simulator"


def anonymous(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"{[^}]*}", "{}", path)


@pytest.mark.parametrize("name", sorted(set(SERVED) - UNDOCUMENTED))
def test_what_is_served_is_as_zoom_documents_it(name: str) -> None:
    served = SERVED[name]
    [documented] = [
        methods[served.method.lower()]
        for path, methods in document()["paths"].items()
        if anonymous(path) == anonymous(served.path) and served.method.lower() in methods
    ]
    [label] = re.findall(r"Rate Limit Label.*?`(\w+)`", documented["description"])
    extensions = documented["x-extensions"]

    assert served.rate_class == label.lower()
    assert served.scope in extensions["x-granular-scopes"]
    for_administrators = {each for each in extensions["x-macro-scopes"] if ":admin" in each}
    assert set(served.classic) == for_administrators


@pytest.mark.parametrize("called", CALLED, ids=lambda called: called.name)
def test_what_lectern_calls_is_served_as_lectern_reads_it(called: Operation) -> None:
    served = SERVED[called.name]

    assert (served.method, served.path) == (called.method, called.path)
    assert (str(served.rate_class), served.scope) == (called.rate_class, called.scope)


def test_everything_in_the_table_is_carried_out() -> None:
    assert set(HANDLERS) == set(SERVED)


@pytest.mark.parametrize("file", sorted(SIMULATOR.rglob("*.py")), ids=lambda file: file.stem)
def test_the_simulator_knows_nothing_of_lectern(file: Path) -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported & {"lectern", "lectern_testing", "local", "tests"} == set()


def test_it_serves_alone_from_a_checkout() -> None:
    """Without Lectern's package on the path, and without the environment of whoever starts it."""
    command = [sys.executable, "-m", "zoom_simulator", "--port", "0"]
    server = subprocess.Popen(
        command, cwd=REPOSITORY, env={}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        told = dict(server.stdout.readline().strip().split("=", 1) for _ in range(2))
        meeting = make_a_meeting(told["ZOOM_API_URL"], told["ZOOM_OAUTH_URL"])
    finally:
        server.terminate()
        _, complaints = server.communicate(timeout=30)

    assert meeting["topic"] == "Geometry"
    assert (server.returncode, complaints) == (0, "")


def make_a_meeting(api_url: str, oauth_url: str) -> dict[str, Any]:
    """Asks for a token as any integration does, makes a meeting, and reads it back."""
    account = {"grant_type": "account_credentials", "account_id": "local-account"}
    granted = requests.post(
        oauth_url, params=account, auth=("local-client", "local-secret"), timeout=30
    )
    authorized = {"Authorization": f"Bearer {granted.json()['access_token']}"}
    wanted = {"topic": "Geometry", "type": 2, "start_time": "2030-01-07T09:00:00Z"}
    made = requests.post(
        f"{api_url}/users/{HOST}/meetings", json=wanted, headers=authorized, timeout=30
    )
    read = requests.get(f"{api_url}/meetings/{made.json()['id']}", headers=authorized, timeout=30)
    found: dict[str, Any] = read.json()
    return found
