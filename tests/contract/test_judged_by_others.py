"""What is deployed is judged by others: resources, policies and state machines."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from local.lint import (
    JUDGES,
    NOT_WANTED,
    findings,
    mismatched,
    policies,
    translated,
    unsafe,
    unwanted,
)

TEMPLATE = translated()
MACHINES = [n for n, r in TEMPLATE["Resources"].items() if r["Type"].endswith("StateMachine")]


def alone(name: str) -> dict[str, Any]:
    """A resource without the others, which take several times as long to be judged."""
    return copy.deepcopy(TEMPLATE | {"Resources": {name: TEMPLATE["Resources"][name]}})


def found(template: dict[str, Any]) -> set[str]:
    """The rules that are broken."""
    return set(re.findall(r":([EWI]\d{4}):", "\n".join(findings(template))))


def test_nothing_is_found() -> None:
    assert findings(TEMPLATE) == []


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("good", "bad"), [('"Type": "Task"', '"Type": "Tusk"'), ('"StartAt": "', '"StartAt": "Not ')]
)
def test_a_state_machine_that_step_functions_refuses_is_found(
    machine: str, good: str, bad: str
) -> None:
    template = alone(machine)
    properties = template["Resources"][machine]["Properties"]
    assert good in properties["DefinitionString"]
    properties["DefinitionString"] = properties["DefinitionString"].replace(good, bad, 1)
    assert "E3601" in found(template)


@pytest.mark.parametrize(
    ("change", "rule"),
    [({"Action": "lambda:InvokeFunctio"}, "W3037"), ({"Effect": "Alow"}, "E3510")],
)
def test_a_policy_that_allows_nothing_that_there_is_is_found(
    change: dict[str, str], rule: str
) -> None:
    template = alone("ScheduleRole")
    [policy] = template["Resources"]["ScheduleRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0] |= change
    assert rule in found(template)


@pytest.fixture
def judges() -> None:
    if not (JUDGES.parent / ".ready").is_file():
        pytest.skip("checkov and parliament are not installed, which `make lint` does")


@pytest.mark.usefixtures("judges")
def test_checkov_finds_what_is_explained_and_nothing_else() -> None:
    found = unsafe(TEMPLATE)
    assert unwanted(found) == []
    assert {name.split()[0] for name in found} == NOT_WANTED.keys()


@pytest.mark.usefixtures("judges")
def test_resources_that_are_set_up_unsafely_are_found() -> None:
    template = copy.deepcopy(TEMPLATE)
    unsafely: dict[str, dict[str, Any]] = {
        "Table": {"PointInTimeRecoverySpecification": {}},
        "StreamDeadLetterBucket": {"PublicAccessBlockConfiguration": {}},
    }
    for resource, changes in unsafely.items():
        template["Resources"][resource]["Properties"] |= changes
    found = unwanted(unsafe(template))
    for rule, resource in (("CKV_AWS_28", "Table"), ("CKV_AWS_53", "StreamDeadLetterBucket")):
        assert any(each.startswith(f"{rule} ") and resource in each for each in found)


@pytest.mark.usefixtures("judges")
def test_every_action_of_every_policy_goes_with_its_resource() -> None:
    assert mismatched(policies()) == []


@pytest.mark.usefixtures("judges")
@pytest.mark.parametrize(
    ("action", "said"),
    [("lambda:InvokeFunctio", "Unknown action"), ("sqs:SendMessage", "No resources match")],
)
def test_a_policy_with_an_action_that_its_resource_does_not_have_is_found(
    action: str, said: str
) -> None:
    document = copy.deepcopy(policies()["ScheduleRole.StartTheSweep"])
    document["Statement"][0]["Action"] = action
    (found,) = mismatched({"ScheduleRole.StartTheSweep": document})
    assert found.startswith(f"ScheduleRole.StartTheSweep: {said}")
