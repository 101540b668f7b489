"""State machines, template and code agree: names, tasks, payloads, retries, ways through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from cfnlint.api import ManualArgs, lint
from jsonata import Jsonata

from lectern.attendance import tasks as attendance
from lectern.domain import errors
from lectern.sync import tasks as sync
from lectern.validation import tasks as validation
from lectern_testing.table import REPOSITORY, template

FILES = sorted((REPOSITORY / "statemachines").glob("*.asl.yaml"))
MODELS = {
    "${AttendanceFunctionArn}": attendance.AnyTask,
    "${EventSyncFunctionArn}": sync.AnyTask,
    "${ValidationFunctionArn}": validation.AnyTask,
}
"""The tasks that each function knows, as a union of their models."""

INVOKE = "arn:${Partition}:states:::lambda:invoke"
OF_AWS = ("States.", "Lambda.", "Sandbox.")
EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
VARIABLE = re.compile(r"\$(?!states\b)([A-Za-z_]\w*)\b(?!\s*\()")
RESULT_FIELD = re.compile(r"\$states\.result\.Payload\.(\w+)")

State = dict[str, Any]

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@cache
def definition(file: Path) -> State:
    machine: State = yaml.safe_load(file.read_text(encoding="utf-8"))
    return machine


def machines(machine: State) -> Iterator[State]:
    """A machine and all that run within its states, such as the processor of a Map."""
    yield machine
    for state in machine["States"].values():
        inner = [state.get("ItemProcessor"), *state.get("Branches", [])]
        for each in filter(None, inner):
            yield from machines(each)


def states(file: Path, *kinds: str) -> dict[str, State]:
    """The states of these types, by name; of all types if none is given."""
    return {
        name: state
        for machine in machines(definition(file))
        for name, state in machine["States"].items()
        if not kinds or state["Type"] in kinds
    }


def next_of(state: State) -> set[str]:
    """The states that may follow."""
    choices = [*state.get("Choices", []), *state.get("Catch", []), state]
    named = [choice[key] for choice in choices for key in ("Next", "Default") if key in choice]
    return set(named)


def texts(value: object) -> Iterator[str]:
    """Every text within a part of a definition."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def expressions(file: Path) -> list[str]:
    found = (EXPRESSION.fullmatch(text) for text in texts(definition(file)))
    return [match[1] for match in found if match]


def models(function: str) -> dict[str, Any]:
    """The models of a function's tasks, by the task's name."""
    union, *_ = get_args(MODELS[function])
    return {get_args(model.model_fields["task"].annotation)[0]: model for model in get_args(union)}


def invocations(file: Path) -> list[tuple[str, State]]:
    """The tasks that call a function, with the function."""
    return [
        (task["Arguments"]["FunctionName"], task)
        for task in states(file, "Task").values()
        if task["Resource"] == INVOKE
    ]


def test_there_are_state_machines() -> None:
    assert FILES


@each_file
def test_no_anchor_or_alias_is_left_to_whoever_reads_the_file(file: Path) -> None:
    anchored = [
        event.start_mark.line + 1 if event.start_mark else 0
        for event in yaml.parse(file.read_text(encoding="utf-8"))
        if getattr(event, "anchor", None)
    ]
    assert anchored == []


@each_file
def test_names_of_states_are_used_once(file: Path) -> None:
    names = [name for machine in machines(definition(file)) for name in machine["States"]]
    assert sorted(names) == sorted(set(names))


@each_file
def test_every_task_ends_in_time(file: Path) -> None:
    timeless = [n for n, task in states(file, "Task").items() if not task.get("TimeoutSeconds")]
    assert timeless == []


@each_file
def test_every_task_has_the_same_retries_with_the_rest_at_the_end(file: Path) -> None:
    expected = next(iter(states(FILES[0], "Task").values()))["Retry"]
    for name, task in states(file, "Task").items():
        assert task["Retry"] == expected, name
    *known, rest = [retrier["ErrorEquals"] for retrier in expected]
    assert rest == ["States.ALL"]
    assert ["States.ALL"] not in known


@each_file
def test_whatever_may_fail_is_caught_with_the_rest_at_the_end(file: Path) -> None:
    top = definition(file)["States"]
    may_fail = {n: s for n, s in top.items() if s["Type"] in {"Task", "Map", "Parallel"}}
    for name, state in may_fail.items():
        caught = [catcher["ErrorEquals"] for catcher in state.get("Catch", [])]
        assert caught, name
        assert caught[-1] == ["States.ALL"], name


@each_file
def test_no_error_is_caught_twice_or_retried_twice(file: Path) -> None:
    for name, state in states(file).items():
        for rules in (state.get("Retry", []), state.get("Catch", [])):
            named = [error for rule in rules for error in rule["ErrorEquals"]]
            assert sorted(named) == sorted(set(named)), name


@each_file
def test_every_way_leads_to_a_state_and_every_state_can_be_reached(file: Path) -> None:
    for machine in machines(definition(file)):
        reached: set[str] = set()
        ahead = {machine["StartAt"]}
        while ahead:
            name = ahead.pop()
            reached.add(name)
            ahead |= next_of(machine["States"][name]) - reached
        assert reached == set(machine["States"])


@each_file
def test_every_state_ends_or_goes_on(file: Path) -> None:
    for name, state in states(file).items():
        goes_on = "Default" if state["Type"] == "Choice" else "Next"
        ends = state.get("End") or state["Type"] in {"Succeed", "Fail"}
        assert bool(ends) != (goes_on in state), name


@each_file
def test_every_expression_is_good_jsonata(file: Path) -> None:
    assert expressions(file)
    for expression in expressions(file):
        Jsonata(expression)


@each_file
def test_every_expression_is_the_whole_of_its_text(file: Path) -> None:
    torn = [text for text in texts(definition(file)) if "{%" in text or "%}" in text]
    assert [text for text in torn if not EXPRESSION.fullmatch(text)] == []


@each_file
def test_every_variable_is_assigned_and_used(file: Path) -> None:
    everything = [*states(file).values()]
    everything += [catcher for state in everything for catcher in state.get("Catch", [])]
    assigned = {name for state in everything for name in state.get("Assign", {})}
    used = {name for expression in expressions(file) for name in VARIABLE.findall(expression)}
    assert used == assigned


@each_file
def test_every_error_that_is_named_is_one_that_the_code_raises(file: Path) -> None:
    named = {
        error
        for state in states(file).values()
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]
        for error in rule["ErrorEquals"]
        if not error.startswith(OF_AWS)
    }
    assert named <= {name for name, value in vars(errors).items() if isinstance(value, type)}


@each_file
def test_the_template_substitutes_what_the_file_names_and_nothing_else(file: Path) -> None:
    (properties,) = (
        resource["Properties"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
        and resource["Properties"]["DefinitionUri"] == f"statemachines/{file.name}"
    )
    named = set(SUBSTITUTION.findall(file.read_text(encoding="utf-8")))
    assert named == set(properties["DefinitionSubstitutions"])


def test_every_task_that_the_code_knows_is_used_and_none_else() -> None:
    called: dict[str, set[str]] = {function: set() for function in MODELS}
    for file in FILES:
        for function, task in invocations(file):
            called[function].add(task["Arguments"]["Payload"]["task"])
    assert called == {function: set(models(function)) for function in MODELS}


@each_file
def test_every_task_is_told_just_what_its_model_has(file: Path) -> None:
    for function, task in invocations(file):
        payload = task["Arguments"]["Payload"]
        assert set(payload) == set(models(function)[payload["task"]].model_fields), payload["task"]


@each_file
def test_what_is_read_of_a_result_is_in_the_tasks_answer(file: Path) -> None:
    for function, task in invocations(file):
        name = task["Arguments"]["Payload"]["task"]
        answer = get_type_hints(models(function)[name].do)["return"]
        read = {field for text in texts(task) for field in RESULT_FIELD.findall(text)}
        assert read <= set(answer.model_fields), name


@each_file
def test_the_linter_finds_no_fault(file: Path) -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::123456789012:role/any",
            "DefinitionString": json.dumps(definition(file)).replace("${Partition}", "aws"),
            "DefinitionSubstitutions": dict.fromkeys(
                SUBSTITUTION.findall(file.read_text(encoding="utf-8")),
                "arn:aws:lambda:eu-west-1:123456789012:function:any",
            ),
        },
    }
    stack = json.dumps({"Resources": {"Machine": machine}})
    assert lint(stack, config=ManualArgs(regions=["eu-west-1"])) == []


@each_file
def test_a_definition_is_at_home_in_every_partition_of_aws(file: Path) -> None:
    """AWS's regions in China and for the government have ARNs of their own."""
    assert "arn:aws" not in file.read_text(encoding="utf-8")
