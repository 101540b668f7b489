"""Executions, states and retries are counted as Step Functions bills them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker, SyncExecutionWorker

from lectern_testing.aws.state_machines import interpreter
from local.metering.counts import Counts
from local.moto import transitions

ROLE = "arn:aws:iam::123456789012:role/any"
DOWN = {"StartAt": "Stumble", "States": {"Stumble": {"Type": "Fail", "Error": "Down"}}}
RETRY = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1, "BackoffRate": 1.0}
TRYING = {
    "QueryLanguage": "JSONata",
    "StartAt": "Try",
    "States": {
        "Try": {
            "Type": "Parallel",
            "Branches": [DOWN],
            "Retry": [RETRY],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
            "End": True,
        },
        "Done": {"Type": "Succeed"},
    },
}
FANNING = {
    "QueryLanguage": "JSONata",
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "Items": [1, 2, 3],
            "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}},
            "End": True,
        }
    },
}
FAILING = {"QueryLanguage": "JSONata"} | DOWN


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """The counts of what is installed for one test."""
    monkeypatch.setattr(ExecutionWorker, "start", SyncExecutionWorker.start)
    monkeypatch.setattr(EventManager, "machine", "", raising=False)
    for owner, name in (
        (EventManager, "add_event"),
        (ExecutionState, "_handle_retry"),
        (ExecutionWorker, "_get_evaluation_environment"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    counts = Counts()
    transitions.install(counts)
    return counts


def run(name: str, definition: dict[str, Any], times: int = 1) -> None:
    client = boto3.client("stepfunctions", region_name="eu-west-1")
    made = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    for n in range(times):
        client.start_execution(stateMachineArn=made["stateMachineArn"], name=f"{name}-{n}")


def test_states_are_counted_where_they_are_entered_and_retries_apart(counts: Counts) -> None:
    with interpreter():
        run("trying", TRYING)
    assert counts.all() == {
        "step_functions.executions": {"trying": 1},
        "step_functions.states.trying": {"Try": 1, "Stumble": 2, "Done": 1},
        "step_functions.retries.trying": {"Try": 1},
    }


def test_the_states_of_a_map_are_counted_for_each_item(counts: Counts) -> None:
    with interpreter():
        run("fanning", FANNING, times=2)
    assert counts.all() == {
        "step_functions.executions": {"fanning": 2},
        "step_functions.states.fanning": {"Each": 2, "One": 6},
    }


def test_an_execution_that_failed_runs_no_more(counts: Counts) -> None:
    with interpreter():
        run("failing", FAILING)
    assert counts.of("step_functions.states.failing") == {"Stumble": 1}
    assert counts.running(transitions.RUNNING) == 0
