"""Last of all: what of the template the tests of this folder have exercised, and with which rights.

What is added to the template and exercised by none of them shows here, and so does a right that a
role has and never uses, or lacks.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import requests

from lectern_testing.over_http.exercised import (
    Exercised,
    allowed,
    dimension_of,
    metrics_of,
    template,
)
from lectern_testing.table import REPOSITORY
from lectern_testing.waiting import eventually
from local.cloud import LocalCloud
from local.resources import Aws
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
    if not {file for file in here.glob("test_*.py") if not _is_thorough(file)} <= chosen:
        pytest.skip("says something of the whole folder only")
    return Exercised(cloud)


def _is_thorough(file: Path) -> bool:
    """Whether all tests of a file are left to the thorough run, which is not needed for it."""
    return "pytestmark = pytest.mark.thorough" in file.read_text()


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
    assert [each[:3] for each in exercised.asked_by_now() if not each[3]] == []


ELSEWHERE_NEEDED = {
    "*FunctionRole sqs:DeleteMessage *": "Lambda itself takes from the queues, by the role",
    "*FunctionRole sqs:ReceiveMessage *": "the same",
    "*FunctionRole sqs:GetQueueAttributes *": "the same",
    "DispatchFunctionRole dynamodb:*Stream* *": "Lambda itself reads the stream, by the role",
    "DispatchFunctionRole dynamodb:GetRecords *": "the same",
    "DispatchFunctionRole dynamodb:GetShardIterator *": "the same",
    "AttendanceFunctionRole dynamodb:BatchGetItem *": "reads the pace after a limit of Zoom: "
    "tests/workflows/test_limits_under_roles.py",
    "AttendanceFunctionRole secretsmanager:GetSecretValue */connections/*": "renews a token that "
    "ended while nobody else called: tests/unit/zoom/test_token_source.py",
    "JoinFunctionRole secretsmanager:GetSecretValue */connections/*": "the same, at a click",
    "ConsoleFunctionRole dynamodb:*Item *": "signs out, revokes, asks for a synchronisation: "
    "tests/integration/console/test_console_sessions.py",
    "ConsoleFunctionRole secretsmanager:* *": "saves in forms what the API saves, by the API's own "
    "code: tests/integration/console/test_console_settings.py",
    "LmsApiFunctionRole secretsmanager:GetSecretValue */notifications*": "tells its version when "
    "it is set anew: tests/end_to_end/test_example_lms.py",
    "LmsApiFunctionRole secretsmanager:CreateSecret *": "what the local cloud has from its start",
    "LmsApiFunctionRole dynamodb:BatchWriteItem *": "erases who attended: "
    "tests/workflows/test_erased_staff.py",
    "EventSyncFunctionRole secretsmanager:GetSecretValue */notifications*": "signs its "
    "questions: tests/integration/notify/test_access_question.py",
    "DispatchFunctionRole s3:ListBucket *": "Lambda itself looks there before it puts aside",
    "SweepFunctionRole dynamodb:PutItem *": "keeps the plan of an account, once a day: "
    "tests/integration/test_account_limits.py",
    "ValidationFunctionRole dynamodb:PutItem *": "keeps what Zoom says of passcodes: "
    "tests/workflows/test_self_test.py",
    "ValidationFunctionRole dynamodb:Query */index/GSI4": "counts what the host is to hold: "
    "tests/workflows/test_self_test.py",
}
"""Rights that are needed, and that no test of this folder has a function make use of."""


def test_no_role_has_a_right_that_it_does_not_need(exercised: Exercised, cloud: LocalCloud) -> None:
    an_event_is_forgotten(cloud)
    roles = {f"{name}Role" for name in FUNCTIONS}
    used = [each[:3] for each in exercised.asked_by_now() if each[3]]
    rights = list(allowed(STACK_AS_IT_IS, roles.__contains__))
    unused = [str(each) for each in rights if not any(map(each.is_used_by, used))]
    unexplained = [
        each for each in unused if not any(fnmatchcase(each, why) for why in ELSEWHERE_NEEDED)
    ]
    assert unexplained == [], "\n".join(unexplained)


@pytest.mark.parametrize("pattern", ELSEWHERE_NEEDED)
def test_what_is_said_to_be_needed_elsewhere_is_given(pattern: str) -> None:
    roles = {f"{name}Role" for name in FUNCTIONS}
    rights = map(str, allowed(STACK_AS_IT_IS, roles.__contains__))
    assert any(fnmatchcase(each, pattern) for each in rights)
    named = re.findall(r"tests/\S+\.py", ELSEWHERE_NEEDED[pattern])
    assert all((REPOSITORY / file).is_file() for file in named)


def an_event_is_forgotten(cloud: LocalCloud) -> None:
    """Has the sweep forget an event, as if it had ended long ago."""
    path = f"{cloud.url}/v1/events/long-ago"
    key = {"Authorization": f"Bearer {cloud.api_key}"}
    body = {
        "kind": "meeting",
        "title": "Long ago",
        "starts_at": "2099-12-01T10:00:00Z",
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-host", "email": "anna@acme.example"},
    }
    assert requests.put(path, json=body, headers=key, timeout=30).ok
    eventually(
        lambda: requests.get(path, headers=key, timeout=30).json()["sync"]["state"] == "in_sync",
        seconds=60,
    )
    table, client = f"{STACK}-Table", Aws(cloud.aws_url).client("dynamodb")
    place = {"PK": {"S": "EVENT#long-ago"}, "SK": {"S": "EVENT"}}
    item = client.get_item(TableName=table, Key=place)["Item"]
    moved = {
        name: {"S": value["S"].replace("2099-12-01", "2019-12-01")} if "S" in value else value
        for name, value in item.items()
    }
    client.put_item(TableName=table, Item=moved)
    url = f"{cloud.control_url}/schedules/background-sweep"
    requests.post(url, timeout=120).raise_for_status()
    assert requests.get(path, headers=key, timeout=30).status_code == 404
