"""Last of all: what of the template the tests of this folder have exercised, and with which rights.

What is added to the template and exercised by none of them shows here, and so does a right that a
role has and never uses, or lacks.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from lectern_testing.over_http.exercised import (
    Exercised,
    dimension_of,
    metrics_of,
    template,
)
from lectern_testing.table import REPOSITORY
from local.cloud import LocalCloud
from local.template import STACK

STACK_AS_IT_IS = template()
FUNCTIONS = STACK_AS_IT_IS.of_type("AWS::Lambda::Function")
MACHINES = STACK_AS_IT_IS.of_type("AWS::StepFunctions::StateMachine")
QUEUES = STACK_AS_IT_IS.of_type("AWS::SQS::Queue")
SCHEDULES = STACK_AS_IT_IS.of_type("AWS::Scheduler::Schedule")
ALARMS = STACK_AS_IT_IS.of_type("AWS::CloudWatch::Alarm")

ELSEWHERE = {"ScheduleDeadLetterQueue": "tests/local_cloud/test_schedules.py"}
"""Queues that get a message where no test of this folder can be: a target has to be missing."""

WATCHED_BY_AWS_ALONE = {"AWS/DynamoDB", "AWS/ApiGateway"}
"""What is counted there is used by each test."""


@pytest.fixture(scope="module")
def exercised(cloud: LocalCloud, request: pytest.FixtureRequest) -> Exercised:
    here = request.path.parent
    chosen = {item.path for item in request.session.items if item.path.parent == here}
    if chosen != set(here.glob("test_*.py")):
        pytest.skip("says something of the whole folder only")
    return Exercised(cloud)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_was_invoked(exercised: Exercised, name: str) -> None:
    assert exercised.function(name, FUNCTIONS[name])


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_machine_ran(exercised: Exercised, name: str) -> None:
    assert exercised.machine(name, MACHINES[name])


@pytest.mark.parametrize("name", sorted(QUEUES.keys() - ELSEWHERE.keys()))
def test_every_queue_had_messages(exercised: Exercised, name: str) -> None:
    assert exercised.queue(name, QUEUES[name])


def test_what_is_exercised_elsewhere_is_so() -> None:
    assert all((REPOSITORY / file).is_file() for file in ELSEWHERE.values())
    assert QUEUES.keys() >= ELSEWHERE.keys()


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_can_fire(exercised: Exercised, cloud: LocalCloud, name: str) -> None:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    answer = requests.post(f"{cloud.control_url}/schedules/{words}", timeout=60)
    assert answer.json()["state"] == "done"


@pytest.mark.parametrize("name", ALARMS)
def test_what_every_alarm_watches_was_there_to_be_watched(exercised: Exercised, name: str) -> None:
    assert all(is_there(exercised, each) for each in metrics_of(ALARMS[name]))


def is_there(exercised: Exercised, metric: dict[str, Any]) -> bool:
    """Whether what a metric is of was exercised, or counted by Lectern itself."""
    logical_id = dimension_of(metric).rpartition(f"{STACK}-")[2].removesuffix(".fifo")
    match metric["Namespace"]:
        case "AWS/Lambda" if logical_id in FUNCTIONS:
            return exercised.function(logical_id, FUNCTIONS[logical_id])
        case "AWS/Lambda":
            return logical_id in STACK_AS_IT_IS.of_type("AWS::Lambda::EventSourceMapping")
        case "AWS/States":
            return exercised.machine(logical_id, {})
        case "AWS/SQS":
            return logical_id in ELSEWHERE or exercised.queue(logical_id, QUEUES[logical_id])
        case "Lectern":
            return exercised.metric(metric["MetricName"])
        case namespace:
            return namespace in WATCHED_BY_AWS_ALONE


def test_no_role_lacked_a_right(exercised: Exercised) -> None:
    assert [each[:3] for each in exercised.asked if not each[3]] == []
