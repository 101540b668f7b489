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
    dimensions_of,
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

COUNTED_BY_AWS = {
    "AWS/SQS ApproximateNumberOfMessagesVisible": "a poisoned message, put into each such queue",
    "AWS/SQS ApproximateAgeOfOldestMessage": "nothing waits for so long here; where nobody takes "
    "what is told, it waits: tests/end_to_end/test_notifications_over_http.py",
    "AWS/Lambda OnFailureDestinationDeliveredEventCount": "half a day of refusals: "
    "tests/local_cloud/test_stream_source.py",
    "AWS/Lambda IteratorAge": "what waited for an hour arrives once all the same: "
    "tests/workflows/test_outages.py",
    "AWS/Lambda Errors": "what fails is tried again, or answered: "
    "tests/workflows/test_crash_points.py",
    "AWS/Lambda Throttles": "what is refused comes again, or is answered so: "
    "tests/local_cloud/test_functions.py",
    "AWS/Lambda Duration": "each call takes some",
    "AWS/States ExecutionsFailed": "an execution that gives up: tests/workflows/test_throttling.py",
    "AWS/States ExecutionsTimedOut": "Step Functions ends it; the next one takes the lease over: "
    "tests/workflows/test_crash_points.py",
    "AWS/States ExecutionsAborted": "by a person's hand; the same",
    "AWS/States ExecutionThrottled": "Step Functions lets it wait",
    "AWS/DynamoDB ReadThrottleEvents": "refused reads: tests/workflows/test_throttling.py",
    "AWS/DynamoDB WriteThrottleEvents": "refused writes: the same",
    "AWS/ApiGateway 5XXError": "a function that fails, or that Lambda refuses to run: "
    "tests/local_cloud/test_front_addresses.py",
    "AWS/ApiGateway Latency": "each request takes some",
}
"""What AWS itself counts, and not the local cloud: what happens then, and what shows it."""


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
    """Whether Lectern has counted what is watched, or AWS counts it of what was exercised."""
    if metric["Namespace"] == "Lectern":
        return exercised.emitted(metric)
    if f"{metric['Namespace']} {metric['MetricName']}" not in COUNTED_BY_AWS:
        return False
    match dimensions_of(metric):
        case {"FunctionName": name, **others} if not others:
            return exercised.function(_id(name), FUNCTIONS[_id(name)])
        case {"StateMachineArn": name, **others} if not others:
            return exercised.machine(_id(name), {})
        case {"QueueName": name, **others} if not others:
            return _id(name) in ELSEWHERE or exercised.queue(_id(name), QUEUES[_id(name)])
        case {"EventSourceMappingUUID": name}:
            return _id(name) in STACK_AS_IT_IS.of_type("AWS::Lambda::EventSourceMapping")
        case {"TableName": name, **others} if not others:
            return _id(name) in STACK_AS_IT_IS.of_type("AWS::DynamoDB::Table")
        case {"ApiName": name, "Stage": stage, **others} if not others:
            return (name, stage) in served()
        case _:
            return False


def _id(name: str) -> str:
    """The logical id of what has a name, or an ARN."""
    return name.rpartition(f"{STACK}-")[2].removesuffix(".fifo")


def served() -> set[tuple[str, str]]:
    """The APIs, by what CloudWatch knows them by, with their stages."""
    apis = STACK_AS_IT_IS.of_type("AWS::ApiGateway::RestApi")
    return {
        (apis[_id(stage["RestApiId"])]["Body"]["info"]["title"], stage["StageName"])
        for stage in STACK_AS_IT_IS.of_type("AWS::ApiGateway::Stage").values()
    }


def test_what_aws_alone_counts_is_watched_and_shown_to_end_well() -> None:
    watched = {
        f"{each['Namespace']} {each['MetricName']}"
        for alarm in ALARMS.values()
        for each in metrics_of(alarm)
        if each["Namespace"] != "Lectern"
    }
    assert COUNTED_BY_AWS.keys() == watched
    named = re.findall(r"tests/\S+\.py", " ".join(COUNTED_BY_AWS.values()))
    assert all((REPOSITORY / file).is_file() for file in named)


def test_no_role_lacked_a_right(exercised: Exercised) -> None:
    assert [each[:3] for each in exercised.asked_by_now() if not each[3]] == []


ELSEWHERE_NEEDED = {
    "*FunctionRole sqs:DeleteMessage *": "Lambda itself takes from the queues, by the role",
    "*FunctionRole sqs:ReceiveMessage *": "the same",
    "*FunctionRole sqs:GetQueueAttributes *": "the same",
    "DispatchFunctionRole dynamodb:*Stream* *": "Lambda itself reads the stream, by the role",
    "DispatchFunctionRole dynamodb:GetRecords *": "the same",
    "DispatchFunctionRole dynamodb:GetShardIterator *": "the same",
    "WebhookEventsFunctionRole dynamodb:*Stream* *": "the same, of the inbox",
    "WebhookEventsFunctionRole dynamodb:GetRecords *": "the same",
    "WebhookEventsFunctionRole dynamodb:GetShardIterator *": "the same",
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
    "DispatchFunctionRole dynamodb:Query table/*-Table": "looks where the outbox ends once others "
    "were first there: tests/integration/store/test_outbox_end.py",
    "NotifyLmsFunctionRole dynamodb:UpdateItem *": "notes how far the LMS took what is told of "
    "several people: tests/integration/notify/test_deliveries.py",
    "DispatchFunctionRole s3:ListBucket *": "Lambda itself looks there before it puts aside",
    "WebhookEventsFunctionRole s3:ListBucket *": "the same",
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
