"""Counts the executions, the states that they enter and their retries, in moto's Step Functions.

All events of an execution go through its event manager. A state is billed each time that it is
entered, in a Map for each item, and a retry as one transition more:
https://aws.amazon.com/step-functions/pricing/. Seen in moto 5.2.5.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from local.metering.counts import Counts

RUNNING = "executions"
_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}


def install(counts: Counts) -> None:
    """Has moto's executions be counted, in this process."""
    EventManager.machine = ""
    ExecutionWorker._get_evaluation_environment = _named(  # noqa: SLF001
        ExecutionWorker._get_evaluation_environment  # noqa: SLF001
    )
    EventManager.add_event = _counted(EventManager.add_event, counts)
    ExecutionState._handle_retry = _counted_retry(ExecutionState._handle_retry, counts)  # noqa: SLF001


def _named(make: Callable[..., Any]) -> Callable[..., Any]:
    """Has an execution's event manager know whose it is; those within share it."""

    def made(worker: Any) -> Any:  # noqa: ANN401
        environment = make(worker)
        machine = environment.states.context_object.context_object_data["StateMachine"]["Name"]
        environment.event_manager.machine = machine
        return environment

    return made


def _counted(add: Callable[..., int], counts: Counts) -> Callable[..., int]:
    def added(manager: Any, **event: Any) -> int:  # noqa: ANN401
        number = add(manager, **event)
        kind, details = event["event_type"].value, event.get("event_details") or {}
        _count(counts, manager.machine, kind, details)
        return number

    return added


def _count(counts: Counts, machine: str, kind: str, details: Mapping[str, Any]) -> None:
    if kind.endswith("StateEntered"):
        name = details["stateEnteredEventDetails"]["name"]
        counts.add(f"step_functions.states.{machine}", name)
    elif kind == "ExecutionStarted":
        counts.add("step_functions.executions", machine)
        counts.begin(RUNNING)
    elif kind in _ENDS:
        counts.end(RUNNING)


def _counted_retry(handle: Callable[..., Any], counts: Counts) -> Callable[..., Any]:
    def handled(state: Any, env: Any, **given: Any) -> Any:  # noqa: ANN401
        outcome = handle(state, env, **given)
        if outcome == RetryOutcome.CanRetry:
            counts.add(f"step_functions.retries.{env.event_manager.machine}", state.name)
        return outcome

    return handled
