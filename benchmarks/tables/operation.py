"""An operation, and how it is measured: metered in some rounds, and timed in as many others."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.tables.lms_platform import Platform
from benchmarks.tables.report import number

MILLION = 1_000_000
SERVICES = {
    "step_functions": "Step Functions",
    "lambda": "Lambda",
    "dynamodb": "DynamoDB",
    "api_gateway": "API Gateway",
    "sqs": "SQS",
    "scheduler": "Scheduler",
}

Json = Any
"""What can be written as JSON."""


@dataclass(frozen=True)
class Operation:
    """Something that an LMS, a learner or Zoom does.

    Attributes:
        name: of the row.
        act: does it; is given the number of the round, so that each does it with others.
        done: whether it has come about, from a round's number; nothing where the answer is all.
        rounds: how often it is metered, and as often timed.
        times: how many of it one round does.
        at_most: US$ a million that it is to cost at most.
        prepare: what has to be there before.
    """

    name: str
    act: Callable[[int], object]
    done: Callable[[int], bool] | None = None
    rounds: int = 3
    times: int = 1
    at_most: float | None = None
    prepare: Callable[[int], object] = lambda _: None


def measure(platform: Platform, operation: Operation) -> Json:
    """A row's figures: the meter's, of several rounds, and the time in as many others."""
    shown, seconds = [], []
    for n in range(operation.rounds):
        operation.prepare(n)
        shown.append(platform.metered(lambda n=n: operation.act(n)))  # type: ignore[misc]
    if operation.done is not None:
        for n in range(operation.rounds, 2 * operation.rounds):
            operation.prepare(n)
            platform.settle()
            seconds.append(_seconds(platform, operation, n))
    figures = figures_of(operation, shown, statistics.median(seconds) if seconds else None)
    print(f"  {operation.name}: {number(figures['usd_a_million'])} US$ a million", flush=True)
    return figures


def _seconds(platform: Platform, operation: Operation, n: int) -> float:
    """Seconds from the answer until it has come about."""
    done = operation.done
    operation.act(n)
    answered = time.monotonic()
    if done is not None:
        platform.wait(lambda: done(n))
    return time.monotonic() - answered


def figures_of(operation: Operation, shown: Sequence[Json], seconds: float | None) -> Json:
    """The means of what the meter showed, of one time of an operation."""
    shares = len(shown) * operation.times

    def mean(pick: Callable[[Json], float]) -> float:
        return round(sum(pick(each) for each in shown) / shares, 9)

    def means(pick: Callable[[Json], dict[str, float]]) -> dict[str, float]:
        names = sorted({name for each in shown for name in pick(each)})
        return {name: mean(lambda each, name=name: pick(each).get(name, 0)) for name in names}  # type: ignore[misc]

    dollars = means(lambda each: each["price_usd"])
    return {
        "operation": operation.name,
        "executions": mean(lambda each: sum(each["step_functions"]["executions"].values())),
        "transitions": mean(lambda each: each["step_functions"]["transitions"]),
        "states": means(_states_of),
        "invocations": mean(lambda each: _of_functions(each, "invocations")),
        "milliseconds": mean(lambda each: _of_functions(each, "milliseconds")),
        "milliseconds_by_function": means(
            lambda each: {name: own["milliseconds"] for name, own in each["lambda"].items()}
        ),
        "write_units": mean(lambda each: each["dynamodb"]["write_units"]),
        "read_units": mean(lambda each: each["dynamodb"]["read_units"]),
        "write_units_by_item": means(lambda each: each["dynamodb"]["write_units_by_item"]),
        "read_units_by_item": means(lambda each: each["dynamodb"]["read_units_by_item"]),
        "queue_requests": mean(lambda each: each["sqs"]["standard"] + each["sqs"]["fifo"]),
        "api_requests": mean(lambda each: sum(each["api_gateway"]["requests"].values())),
        "zoom_calls": means(lambda each: each["zoom"]["calls"]),
        "seconds": None if seconds is None else round(seconds, 2),
        "usd": {name: dollars[name] for name in SERVICES},
        "usd_a_million": round(MILLION * dollars["total"], 1),
        "at_most": operation.at_most,
    }


def _states_of(shown: Json) -> dict[str, float]:
    return {
        f"{machine}: {state}": count
        for machine, states in shown["step_functions"]["states"].items()
        for state, count in states.items()
    }


def _of_functions(shown: Json, what: str) -> float:
    return sum(float(each[what]) for each in shown["lambda"].values())
