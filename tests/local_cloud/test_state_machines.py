"""Step Functions' and EventBridge Scheduler's part, and the control port that shows them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import requests
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud


def executions(cloud: LocalCloud, name: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{cloud.control_url}/executions", timeout=10).json()
    return [run for run in answer["executions"] if run["name"] == name]


def test_the_stream_starts_an_execution_whose_task_calls_a_function(
    cloud: LocalCloud, lms: Session, table: Callable[..., Any]
) -> None:
    name = f"run{uuid.uuid4()}"
    lms.post(f"{cloud.url}/v1/put", json={"keys": [name]})
    eventually(lambda: table(f"{name[3:]}-noted"))
    [run] = eventually(lambda: executions(cloud, name))
    assert eventually(lambda: executions(cloud, name)[0]["status"] == "SUCCEEDED")
    assert run["state_machine"] == "lectern-local-Machine"


def test_a_schedule_can_be_fired_by_hand_and_answers_when_it_has_run(
    cloud: LocalCloud, table: Callable[..., Any]
) -> None:
    answer = requests.post(f"{cloud.control_url}/schedules/sweep", timeout=30)
    assert answer.json() == {"schedule": "sweep", "state": "done"}
    assert table("swept")


def test_a_schedule_that_does_not_exist_is_not_found(cloud: LocalCloud) -> None:
    answer = requests.post(f"{cloud.control_url}/schedules/nope", timeout=10)
    assert answer.status_code == 404


def test_the_control_port_says_what_runs(cloud: LocalCloud) -> None:
    overview = requests.get(cloud.control_url, timeout=10).json()
    assert overview["api"] == cloud.url
    assert overview["schedules"] == ["echo-sweep"]
    assert overview["resources"]["Machine"] == "AWS::StepFunctions::StateMachine"


def test_logs_are_shown_by_function(cloud: LocalCloud, lms: Session) -> None:
    lms.get(f"{cloud.url}/v1/stumble")
    logs = eventually(
        lambda: requests.get(f"{cloud.control_url}/logs?source=echo", timeout=10).json()
    )
    assert list(logs) == ["echo"]
    assert "ValueError: stumbled" in "".join(logs["echo"])


def metered(cloud: LocalCloud) -> dict[str, Any]:
    answer = requests.get(f"{cloud.control_url}/meter", timeout=10)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_the_meter_counts_what_a_request_set_going(
    cloud: LocalCloud, lms: Session, table: Callable[..., Any]
) -> None:
    name = f"run{uuid.uuid4()}"
    lms.post(f"{cloud.url}/v1/put", json={"keys": []})  # so that the key is known
    time.sleep(1)  # whatever the tests before this one have set going
    requests.delete(f"{cloud.control_url}/meter", timeout=10).raise_for_status()
    lms.post(f"{cloud.url}/v1/put", json={"keys": [name]})
    eventually(lambda: table(f"{name[3:]}-noted"))
    eventually(lambda: metered(cloud)["running"] == {"executions": 0, "invocations": 0})
    shown = eventually(lambda: metered(cloud))

    assert shown["step_functions"]["executions"] == {"Machine": 1}
    assert shown["step_functions"]["states"] == {"Machine": {"Note": 1}}
    assert shown["step_functions"]["transitions"] == 1
    assert shown["api_gateway"]["requests"] == {"POST /v1/{proxy+}": 1}
    assert shown["lambda"]["echo"]["invocations"] == 2
    assert shown["dynamodb"]["write_units_by_operation"]["PutItem"] == 2
    assert shown["price_usd"]["step_functions"] == 25e-6
    assert shown["zoom"] is None
