"""What Zoom's limits take at the table is allowed to the role of every function that calls Zoom."""

from __future__ import annotations

import json
from collections.abc import Iterable
from threading import RLock
from typing import Any

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from lectern.domain.errors import ZoomError
from lectern.domain.limits.budget import Lane
from lectern_testing.aws.killable import OneAtATime
from lectern_testing.on_stage.sessions import an_event_at_zoom, an_hour, settled
from lectern_testing.stage import Stage
from local.template import ACCOUNT, REGION, STACK, load

TEMPLATE = load({"ApiKeyHashes": "0" * 64}, "http://aws")
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{STACK}-Table"
CREDENTIALS = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:lectern/{STACK}/connections/x-AbC"


def may(function: str, action: str, resource: str) -> bool:
    """Whether the policies that the template gives a function's role allow an action."""
    role = TEMPLATE.of_type("AWS::IAM::Role")[f"{function}Role"]
    results = [
        IAMPolicy(json.dumps(policy["PolicyDocument"])).is_action_permitted(action, resource)
        for policy in role.get("Policies", [])
    ]
    return PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results


CALLS_ZOOM = [
    name
    for name in TEMPLATE.of_type("AWS::Lambda::Function")
    if may(name, "secretsmanager:GetSecretValue", CREDENTIALS)
]
"""Whoever may read the credentials."""


def operations(methods: Iterable[str]) -> set[str]:
    """The operations of DynamoDB that methods of its client are for."""
    return {method.title().replace("_", "") for method in methods}


def test_the_functions_that_call_zoom_are_known() -> None:
    assert set(CALLS_ZOOM) == {
        *("LmsApiFunction", "JoinFunction", "EventSyncFunction"),
        *("AttendanceFunction", "SweepFunction", "ValidationFunction", "ConsoleFunction"),
    }


@pytest.mark.parametrize("function", CALLS_ZOOM)
@pytest.mark.parametrize("kind", ["rate_limit_second", "rate_limit_daily"])
def test_a_limit_takes_nothing_that_a_role_may_not(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, function: str, kind: str
) -> None:
    stage.fault(operation="get_user", kind=kind, times=None)
    connection = stage.settings.connection("default")
    assert connection is not None
    account = stage.dependencies.zoom(connection).in_lane(Lane.EDIT)

    used: list[str] = []
    client: Any = OneAtATime(stage.table._client, RLock(), used.append, lambda _: None)
    monkeypatch.setattr(stage.table, "_client", client)
    for _ in range(3):
        with pytest.raises(ZoomError):
            account.users.find("anna@acme.example")

    assert "update_item" in used
    assert [each for each in operations(used) if not may(function, f"dynamodb:{each}", TABLE)] == []


def test_attendance_is_settled_with_the_rights_of_its_role_after_a_limit(stage: Stage) -> None:
    an_event_at_zoom(stage)
    instance = an_hour(stage)
    stage.fault(operation="report_meeting_participants", kind="rate_limit_second", times=5)

    used: set[str] = set()
    stage.before_aws = used.add
    settled(stage, instance)

    assert "batch_get_item" in used
    wanted = operations(used - {"get_secret_value"})
    assert [n for n in wanted if not may("AttendanceFunction", f"dynamodb:{n}", TABLE)] == []
