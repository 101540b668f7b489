"""What a local cloud knows of people, links and secrets, and where it must not be said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import requests

from local.cloud import LocalCloud
from local.resources import Aws, queue_url
from local.template import ACCOUNT, REGION, STACK, Stack

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAMES = {"first_name", "last_name", "name", "display_name"}
_LINKS = {"join_url", "start_url"}
_SECRETS = {"passcode", "value"}
_SHORTEST = 6
"""What is shorter is found in any text."""
_MOST_MESSAGES = 10

OF_ZOOM = {"aws", "zoom"}
"""Processes that stand for others."""


class Private:
    """What is private in a cloud.

    Args:
        cloud: The cloud.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._aws = Aws(cloud.aws_url)

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """All that the table has."""
        pages = self._aws.client("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=f"{STACK}-Table")
        return [item for page in found for item in page["Items"]]

    @cached_property
    def marks(self) -> set[str]:
        """Addresses, names, links, passcodes, tokens and secrets."""
        found = {mark for item in self.items for mark in _marks(item)}
        secrets = self._aws.client("secretsmanager")
        for page in secrets.get_paginator("list_secrets").paginate():
            for secret in page["SecretList"]:
                text = secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"]
                found |= set(_leaves(_read(text)))
        # Who has no other name is called by the id that the LMS has for them.
        ids = {item["user_id"]["S"] for item in self.items if "S" in item.get("user_id", {})}
        ids |= {each for item in self.items for each in _ids_in(item)}
        return {mark for mark in found - ids if len(mark) >= _SHORTEST}

    def said_in(self, text: str, *marks: str) -> list[str]:
        """The marks that a text has in it."""
        return sorted(mark for mark in (*self.marks, *marks) if mark in text)

    def logs(self) -> Iterator[tuple[str, str]]:
        """What each function logged, with its metrics."""
        for source, lines in self._cloud.logs.last(100_000).items():
            if source not in OF_ZOOM:
                yield source, "\n".join(lines)

    def executions(self) -> Iterator[tuple[str, str]]:
        """What each execution was given, gave and did, from its history."""
        states = self._aws.client("stepfunctions")
        for machine in states.list_state_machines()["stateMachines"]:
            arn = machine["stateMachineArn"]
            for execution in states.list_executions(stateMachineArn=arn)["executions"]:
                name = execution["executionArn"]
                told = states.describe_execution(executionArn=name)
                history = states.get_execution_history(executionArn=name)["events"]
                yield execution["name"], json.dumps([told, history], default=str)

    def notifications(self) -> str:
        """What the LMS was told, or is to be."""
        return "\n".join(
            item[told]["S"]
            for item in self.items
            for told in ("notification", "together")
            if item["PK"]["S"].startswith("OUTBOX#") and told in item
        )

    def messages(self, stack: Stack) -> Iterator[tuple[str, str]]:
        """What waits in the queues, and in those of dead letters."""
        sqs = self._aws.client("sqs")
        for name, properties in stack.of_type("AWS::SQS::Queue").items():
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{properties['QueueName']}"
            answer = sqs.receive_message(
                QueueUrl=queue_url(self._cloud.aws_url, arn),
                MaxNumberOfMessages=_MOST_MESSAGES,
                VisibilityTimeout=0,
            )
            yield name, json.dumps(answer.get("Messages", []), default=str)


def _marks(item: dict[str, Any]) -> Iterator[str]:
    for value in item.values():
        content = _read(value.get("S", "")) if isinstance(value, dict) else value
        yield from _ADDRESS.findall(json.dumps(content))
        yield from _named(content)
        yield from _named(value.get("M", {}))


def _ids_in(item: dict[str, Any]) -> set[str]:
    """The ids of users that an item names, such as its host's."""
    return set(re.findall(r'"user_id": ?"([^"]+)"', item.get("details", {}).get("S", "")))


def _named(content: Any) -> Iterator[str]:
    """The texts that stand under a name of what is private."""
    if isinstance(content, list):
        for each in content:
            yield from _named(each)
    if isinstance(content, dict):
        for name, value in content.items():
            if name in _NAMES | _LINKS | _SECRETS:
                yield from _leaves(value)
            yield from _named(value)


def _leaves(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for each in content.values() if isinstance(content, dict) else content:
            yield from _leaves(each)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def zoom_says(cloud: LocalCloud, text: str, *operations: str) -> None:
    """Has Zoom refuse operations once, in words that have a text in them."""
    for operation in operations:
        fault = {
            "operation": operation,
            "kind": "status",
            "status": 400,
            "body": {"code": 300, "message": f"{text} may not."},
            "times": 1,
        }
        url = f"{cloud.zoom_url}/_sim/faults"
        requests.post(url, json=fault, timeout=30).raise_for_status()
