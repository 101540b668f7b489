"""What is deployed is judged by cfn-lint: resources, policies and state machines."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from local.lint import findings, translated

TEMPLATE = translated()
MACHINES = [n for n, r in TEMPLATE["Resources"].items() if r["Type"].endswith("StateMachine")]


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
    template = copy.deepcopy(TEMPLATE)
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
    template = copy.deepcopy(TEMPLATE)
    [policy] = template["Resources"]["ScheduleRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0] |= change
    assert rule in found(template)
