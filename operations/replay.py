"""Gives dead letters back: ``make replay QUEUE=stream STACK=lectern``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import boto3

from operations.dead_letters import Invoke, Redrive, Replay, StillThere, discard, is_of
from operations.stack import DeployedStack, arguments


def main(given: Sequence[str] | None = None) -> int:
    """Replays one kind of dead letters, and says what became of them."""
    parser = arguments(__doc__)
    parser.add_argument("--queue", required=True, choices=sorted(KINDS))
    options = parser.parse_args(given)
    stack = DeployedStack(boto3.client("cloudformation"), options.stack)
    said, failed = KINDS[options.queue](stack)
    print(said)
    return 1 if failed else 0


Outcome = tuple[str, int]
"""What is to be said, and how much stays to be done."""


def _stream(stack: DeployedStack) -> Outcome:
    inbox = stack.id_of("InboxTable")
    replay = Replay(
        storage=boto3.client("s3"),
        bucket=stack.id_of("StreamDeadLetterBucket"),
        invoke=_invocation(boto3.client("lambda"), stack.id_of("DispatchFunction")),
        # Also of a table that a restored one took the place of.
        is_of_table=lambda record: not is_of(inbox, record),
        counts=StillThere(boto3.client("dynamodb"), stack.output("TableName")),
    )
    return _replayed(replay, stack.id_of("StreamDeadLetterQueue"), "changes", "dispatch")


def _webhooks(stack: DeployedStack) -> Outcome:
    inbox = stack.id_of("InboxTable")
    replay = Replay(
        storage=boto3.client("s3"),
        bucket=stack.id_of("StreamDeadLetterBucket"),
        invoke=_invocation(boto3.client("lambda"), stack.id_of("WebhookEventsFunction")),
        # The inbox forgets within hours, and a delivery counts whatever its age.
        is_of_table=lambda record: is_of(inbox, record),
    )
    letters = stack.id_of("WebhookDeadLetterQueue")
    return _replayed(replay, letters, "deliveries", "webhook_events")


def _replayed(replay: Replay, letters: str, what: str, function: str) -> Outcome:
    taken, _ = replay.run()
    left = replay.left()
    if not left:
        discard(boto3.client("sqs"), letters)
    log = f" {left} are kept: the log of {function} says why." if left else ""
    return f"{taken} batches of {what} were taken.{log}", left


def _invocation(client: Any, function: str) -> Invoke:  # noqa: ANN401 - a client of Lambda
    def invoke(payload: bytes) -> Mapping[str, Any]:
        answer = client.invoke(FunctionName=function, Payload=payload)
        said = json.loads(answer["Payload"].read())
        # What fails as a whole has no answer, and took nothing.
        return {} if answer.get("FunctionError") else said

    return invoke


def _redriving(dead_letters: str, queue: str) -> Callable[[DeployedStack], Outcome]:
    def run(stack: DeployedStack) -> Outcome:
        redrive = Redrive(boto3.client("sqs"), stack.id_of(dead_letters), stack.id_of(queue))
        return f"{redrive.run()} messages were given back.", 0

    return run


def _schedules(stack: DeployedStack) -> Outcome:
    discarded = discard(boto3.client("sqs"), stack.id_of("ScheduleDeadLetterQueue"))
    return f"{discarded} firings were discarded: the next ones do their work.", 0


KINDS: Mapping[str, Callable[[DeployedStack], Outcome]] = {
    "stream": _stream,
    "webhooks": _webhooks,
    "notifications": _redriving("NotificationDeadLetterQueue", "NotificationQueue"),
    "schedules": _schedules,
}

if __name__ == "__main__":
    sys.exit(main())
