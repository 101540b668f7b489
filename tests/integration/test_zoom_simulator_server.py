from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from signal import Signals
from typing import Any

import pytest
import requests
from requests.sessions import Session

from zoom_simulator import ZoomSimulator, zoom_simulator

START = "2040-01-01T10:00:00Z"


def session_for(simulator: ZoomSimulator) -> requests.Session:
    session = requests.Session()
    form = {"grant_type": "account_credentials", "account_id": "local-account"}
    answer = session.post(simulator.oauth_url, data=form, auth=("local-client", "local-secret"))
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def create_meeting(simulator: ZoomSimulator, session: Session) -> dict[str, Any]:
    body = {"start_time": START, "settings": {"approval_type": 1}}
    found: dict[str, Any] = session.post(
        f"{simulator.api_url}/users/anna@acme.example/meetings", json=body
    ).json()
    return found


def test_a_connection_stays_open_from_call_to_call_and_through_refusals() -> None:
    with (
        zoom_simulator() as simulator,
        closing(HTTPConnection(simulator.url.removeprefix("http://"))) as connection,
    ):
        connection.connect()
        socket = connection.sock
        for path in ("/_sim/summary", "/v2/users/nobody", "/v2/nothing", "/_sim/state"):
            connection.request("GET", path, body="{}")
            connection.getresponse().read()
            assert connection.sock is socket


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_cut_connection_ends_without_an_answer(kind: str) -> None:
    with zoom_simulator() as simulator, session_for(simulator) as session:
        requests.post(f"{simulator.url}/_sim/faults", json={"kind": kind}, timeout=5)
        with pytest.raises(requests.ConnectionError):
            create_meeting(simulator, session)
        assert len(simulator.world.sessions) == (1 if kind == "cut_after" else 0)


def test_calls_at_the_same_time_register_each_person_once() -> None:
    with zoom_simulator() as simulator, session_for(simulator) as session:
        meeting = create_meeting(simulator, session)
        url = f"{simulator.api_url}/meetings/{meeting['id']}/registrants"
        token = session.headers["Authorization"]

        def register(number: int) -> str:
            answer = requests.post(
                url,
                json={"email": f"s{number % 10}@x.example", "first_name": "Sam"},
                headers={"Authorization": token},
                timeout=10,
            )
            found: str = answer.json()["registrant_id"]
            return found

        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(register, range(30)))
        assert len(ids) == 10
        assert set(simulator.world.sessions[meeting["id"]].registrants) == ids


def test_a_closed_simulator_gives_its_port_back() -> None:
    with zoom_simulator() as first:
        port = int(first.url.rpartition(":")[2])
    with zoom_simulator(port) as second:
        assert requests.get(f"{second.url}/_sim/summary", timeout=5).status_code == 200


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_where_it_is_and_ends_quietly(sent: Signals, tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"plan": "free"}')
    command = [sys.executable, "-m", "zoom_simulator", "--port", "0", "--seed", str(seed)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        api_url = process.stdout.readline().strip().removeprefix("ZOOM_API_URL=")
        state = requests.get(f"{api_url.removesuffix('/v2')}/_sim/state", timeout=5).json()
        process.send_signal(sent)
        _, errors = process.communicate(timeout=20)
    assert state["plan"] == "free"
    assert (process.returncode, errors) == (0, "")
