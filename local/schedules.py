"""EventBridge Scheduler on this machine: the template's schedules, fired by time or by hand."""

import json
import logging
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from local.resources import Aws, queue_url
from local.sandbox import Answer
from local.template import Stack

Invoke = Callable[[str, bytes], Answer]

_log = logging.getLogger(__name__)
_RATE = re.compile(r"rate\((\d+) (second|minute|hour|day)s?\)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_POLL_SECONDS = 0.05


class NoSuchScheduleError(LookupError):
    """The template has no schedule of this name."""


class ScheduleFailedError(Exception):
    """A function that a schedule started has failed."""


@dataclass(frozen=True)
class Schedule:
    """An `AWS::Scheduler::Schedule` of the template.

    `name` is its logical id in words with hyphens: `BackgroundSweep` is `background-sweep`.
    `every_seconds` is nothing for `cron` and `at`, which are fired by hand alone.
    """

    name: str
    target_arn: str
    input: str
    every_seconds: float | None
    dead_letters_arn: str | None = None

    @classmethod
    def of(cls, logical_id: str, properties: Mapping[str, Any]) -> "Schedule":
        """Reads the properties of a schedule."""
        rate = _RATE.fullmatch(properties["ScheduleExpression"])
        enabled = properties.get("State", "ENABLED") == "ENABLED"
        return cls(
            name=re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", logical_id).lower(),
            target_arn=properties["Target"]["Arn"],
            input=properties["Target"].get("Input", "{}"),
            every_seconds=int(rate[1]) * _SECONDS[rate[2]] if rate and enabled else None,
            dead_letters_arn=properties["Target"].get("DeadLetterConfig", {}).get("Arn"),
        )


class Schedules:
    """The schedules of the stack, fired in time from the start of a `with` to its end.

    Args:
        stack: the translated template.
        aws: to start executions, and to see how they end.
        invoke: calls a function.
        by_time: whether they fire by themselves, or by hand alone.
        counted: is told of each firing, by the schedule's name.
    """

    def __init__(
        self,
        stack: Stack,
        aws: Aws,
        invoke: Invoke,
        *,
        by_time: bool = True,
        counted: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._counted = counted
        self._invoke = invoke
        self._by_time = by_time
        self._aws = aws
        self._states = aws.client("stepfunctions")
        self._stopping = threading.Event()
        self.all = [
            Schedule.of(logical_id, properties)
            for logical_id, properties in stack.of_type("AWS::Scheduler::Schedule").items()
        ]

    def __enter__(self) -> Self:
        for schedule in self.all:
            if self._by_time and schedule.every_seconds is not None:
                threading.Thread(target=self._keep_firing, args=(schedule,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()

    def fire(self, name: str) -> None:
        """Fires a schedule now, and waits until what it starts has ended.

        Args:
            name: its name, or the end of it: SAM puts the name of the function before that of an
                event, so that `sweep-function-background-sweep` is also `background-sweep`.

        Raises:
            NoSuchScheduleError: if the template has none.
            ScheduleFailedError: if what was started failed.
        """
        for schedule in self.all:
            if schedule.name == name or schedule.name.endswith(f"-{name}"):
                self._run(schedule)
                return
        raise NoSuchScheduleError(name)

    def _keep_firing(self, schedule: Schedule) -> None:
        while not self._stopping.wait(schedule.every_seconds):
            try:
                self._run(schedule)
            except ScheduleFailedError:
                continue  # it is in the logs; the next one is due all the same
            except Exception:  # noqa: BLE001 - whatever it is, it is not the end
                _log.exception("a schedule could not fire; the next time is due all the same")

    def _run(self, schedule: Schedule) -> None:
        self._counted(schedule.name)
        if ":stateMachine:" in schedule.target_arn:
            self._execute(schedule)
            return
        try:
            answer = self._invoke(schedule.target_arn, schedule.input.encode())
        except KeyError as error:
            self._put_aside(schedule)
            raise ScheduleFailedError(schedule.name) from error
        if answer.failed:
            raise ScheduleFailedError(schedule.name)

    def _put_aside(self, schedule: Schedule) -> None:
        """Puts a firing aside that could not be given to its target; a function that fails is."""
        if schedule.dead_letters_arn:
            url = queue_url(self._aws.url, schedule.dead_letters_arn)
            self._aws.client("sqs").send_message(QueueUrl=url, MessageBody=schedule.input)

    def _execute(self, schedule: Schedule) -> None:
        execution = self._states.start_execution(
            stateMachineArn=schedule.target_arn, input=schedule.input, name=str(uuid.uuid4())
        )["executionArn"]
        while not self._stopping.wait(_POLL_SECONDS):
            status = self._states.describe_execution(executionArn=execution)["status"]
            if status == "SUCCEEDED":
                return
            if status != "RUNNING":
                raise ScheduleFailedError(json.dumps({"schedule": schedule.name, "status": status}))
