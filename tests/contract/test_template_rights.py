"""What the roles of the template may do: as little as their functions do."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest

from lectern_testing.template import FUNCTIONS, SOURCE, STACK, code, many, policies
from local.template import ACCOUNT, REGION
from local.template import STACK as STACK_NAME


@pytest.mark.parametrize(("role", "statement"), policies())
def test_actions_are_named_one_by_one(role: str, statement: dict[str, str]) -> None:
    actions = statement["Action"]
    for action in [actions] if isinstance(actions, str) else actions:
        assert "*" not in action


def test_a_permission_on_everything_is_explained_where_it_is_given() -> None:
    lines = SOURCE.splitlines()
    everything = [i for i, line in enumerate(lines) if re.search(r'Resource: (["\'])\*\1', line)]
    for line in everything:
        assert lines[line - 1].strip().startswith("#"), f"line {line + 1} does not say why"
    given = [
        s
        for _, s in policies()
        if "*" in ([s["Resource"]] if isinstance(s["Resource"], str) else s["Resource"])
    ]
    assert len(given) == len(everything)


def test_nothing_but_the_stack_writes_the_key_of_links() -> None:
    """Whoever writes it, or has it read, can make a link of anybody's."""
    link_key = (
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:lectern/{STACK_NAME}/link-key-AbCdEf"
    )
    may = {
        (role.removesuffix("FunctionRole"), action)
        for role, statement in policies()
        for action in many(statement["Action"])
        for resource in many(statement["Resource"])
        if action.startswith("secretsmanager:") and fnmatchcase(link_key, resource)
    }
    readers = {"LmsApi", "Console", "Join"}
    assert may == {(name, "secretsmanager:GetSecretValue") for name in readers}


READ_BY = {
    "connections/default": {
        *("Attendance", "Console", "EventSync", "Join", "LmsApi", "Sweep", "Validation")
    },
    "notifications": {"Console", "EventSync", "LmsApi", "NotifyLms"},
    "webhook-secrets": {"Console", "LmsApi", "ZoomWebhook"},
    "something-else": set(),
}
"""Whose functions read which secret, and no others."""


@pytest.mark.parametrize("name", READ_BY)
def test_a_secret_is_read_by_whom_it_is_for(name: str) -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:lectern/{STACK_NAME}/{name}-AbCdEf"
    may = {
        role.removesuffix("FunctionRole")
        for role, statement in policies()
        if "secretsmanager:GetSecretValue" in many(statement["Action"])
        and any(fnmatchcase(arn, resource) for resource in many(statement["Resource"]))
    }
    assert may == READ_BY[name]


def test_the_schedules_role_is_for_schedules_of_this_account() -> None:
    [trust] = STACK.of_type("AWS::IAM::Role")["ScheduleRole"]["AssumeRolePolicyDocument"][
        "Statement"
    ]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


CALLED = {
    "dynamodb:BatchGetItem": "batch_get_item",
    "dynamodb:BatchWriteItem": "batch_write_item",
    "dynamodb:DeleteItem": "delete_item",
    "dynamodb:GetItem": "get_item",
    "dynamodb:PutItem": "put_item",
    "dynamodb:Query": "query",
    "dynamodb:UpdateItem": "update_item",
    "secretsmanager:CreateSecret": "create_secret",
    "lambda:InvokeFunction": "invoke",
    "secretsmanager:DeleteSecret": "delete_secret",
    "secretsmanager:GetSecretValue": "get_secret_value",
    "secretsmanager:PutSecretValue": "put_secret_value",
    "secretsmanager:UpdateSecretVersionStage": "update_secret_version_stage",
    "sqs:ChangeMessageVisibility": "change_message_visibility",
    "sqs:DeleteMessage": "delete_message",
    "sqs:GetQueueAttributes": "get_queue_attributes",
    "sqs:ReceiveMessage": "receive_message",
    "sqs:SendMessage": "send_message",
}
"""By which method of a client an action is asked for."""


POLLED = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
"""What Lambda takes, by the role of a function, to read its event source."""
LOGS_AND_TRACES = {"service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}


def test_of_aws_s_own_policies_functions_have_those_for_logs_and_traces_alone() -> None:
    given = {
        policy.partition(":policy/")[2]
        for name in FUNCTIONS
        for policy in STACK.of_type("AWS::IAM::Role")[f"{name}Role"].get("ManagedPolicyArns", [])
    }
    assert given <= LOGS_AND_TRACES


@pytest.mark.parametrize("mapping", STACK.of_type("AWS::Lambda::EventSourceMapping").values())
def test_an_event_source_is_read_by_its_function_and_by_no_other(mapping: dict[str, str]) -> None:
    source = mapping["EventSourceArn"]
    polled = POLLED - {"dynamodb:ListStreams"}
    readers = {
        (role, action)
        for role, statement in policies()
        for action in many(statement["Action"])
        if action in polled and source in many(statement["Resource"])
    }
    reader = mapping["FunctionName"].removeprefix(f"{STACK_NAME}-") + "Role"
    assert readers == {(reader, action) for action in polled}


def test_no_action_on_data_is_allowed_that_no_code_calls() -> None:
    allowed = {
        action
        for _, statement in policies()
        for action in many(statement["Action"])
        if action.startswith(("dynamodb:", "lambda:", "secretsmanager:", "sqs:"))
    }
    assert allowed == CALLED.keys() | POLLED
    assert [a for a, method in CALLED.items() if method not in code()] == []
