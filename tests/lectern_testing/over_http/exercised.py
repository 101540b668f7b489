"""What of the template was exercised by the tests that share a local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, cached_property
from typing import Any

import requests

from local.cloud import LocalCloud
from local.moto.permissions import USED
from local.resources import Aws, queue_url
from local.template import ACCOUNT, REGION, STACK, Stack, load

Used = tuple[str, str, str]
"""A role, an action and a resource."""


@cache
def template() -> Stack:
    """The template as the local cloud has it."""
    return load({"ApiKeyHashes": "0" * 64}, "http://aws")


@dataclass(frozen=True)
class Exercised:
    """What was exercised.

    Attributes:
        cloud: The cloud, before it ends.
    """

    cloud: LocalCloud

    @cached_property
    def _meter(self) -> dict[str, Any]:
        answer = requests.get(f"{self.cloud.control_url}/meter", timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def asked_by_now(self) -> list[tuple[str, str, str, bool]]:
        """What each role asked for: role, action, resource, and whether it may."""
        answer = requests.get(f"{self.cloud.aws_url}{USED}", timeout=30)
        answer.raise_for_status()
        return [tuple(each) for each in answer.json()]

    def function(self, logical_id: str, properties: dict[str, Any]) -> bool:
        """Whether a function was invoked."""
        folder = properties["Code"]["S3Key"].rpartition("/")[2]
        return bool(self._meter["lambda"].get(folder, {}).get("invocations"))

    def machine(self, logical_id: str, _properties: dict[str, Any]) -> bool:
        """Whether executions of a state machine ran."""
        return bool(self._meter["step_functions"]["executions"].get(logical_id))

    def queue(self, _logical_id: str, properties: dict[str, Any]) -> bool:
        """Whether a queue had messages, or has some."""
        name = properties["QueueName"]
        sent = self._meter["sqs"]["requests"].get("SendMessage", {})
        if sent.get(name.removeprefix(f"{STACK}-")):
            return True
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        attributes = (
            Aws(self.cloud.aws_url)
            .client("sqs")
            .get_queue_attributes(
                QueueUrl=queue_url(self.cloud.aws_url, arn), AttributeNames=["All"]
            )["Attributes"]
        )
        return any(
            int(attributes[f"ApproximateNumberOfMessages{which}"]) for which in ("", "NotVisible")
        )

    def emitted(self, metric: dict[str, Any]) -> bool:
        """Whether a function has noted a value, and no mere 0, that a metric of an alarm adds up.

        CloudWatch finds it by its namespace, its name and exactly these dimensions.
        """
        of = dimensions_of(metric)
        return any(
            told.get(metric["MetricName"])
            and of.items() <= told.items()
            and any(_declares(each, metric, of) for each in told["_aws"]["CloudWatchMetrics"])
            for told in self._noted
        )

    @cached_property
    def _noted(self) -> list[dict[str, Any]]:
        """The lines of the log that CloudWatch reads values from."""
        printed = self.cloud.logs.last(100_000).values()
        lines = (line for lines in printed for line in lines if '"CloudWatchMetrics"' in line)
        return [json.loads(line[line.index("{") :]) for line in lines]


def _declares(declared: dict[str, Any], metric: dict[str, Any], of: dict[str, str]) -> bool:
    """Whether a line has CloudWatch note a value under what an alarm looks at."""
    names = {each["Name"] for each in declared["Metrics"]}
    by = map(sorted, declared["Dimensions"])
    return (
        declared["Namespace"] == metric["Namespace"]
        and metric["MetricName"] in names
        and sorted(of) in by
    )


@dataclass(frozen=True)
class Allowed:
    """A permission that the template gives a role.

    Attributes:
        role: The role's logical id.
        action: The action.
        resource: The resource, in which ``*`` stands for anything.
    """

    role: str
    action: str
    resource: str

    def is_used_by(self, used: Used) -> bool:
        """Whether what was asked for needed it."""
        role, action, resource = used
        return (role, action) == (f"{STACK}-{self.role}", self.action) and fnmatchcase(
            resource, self.resource
        )

    def __str__(self) -> str:
        return f"{self.role} {self.action} {self.resource.rpartition(':')[2]}"


def allowed(stack: Stack, is_function: Callable[[str], bool]) -> Iterator[Allowed]:
    """All that the roles of functions are allowed, one by one."""
    for role, properties in stack.of_type("AWS::IAM::Role").items():
        if not is_function(role):
            continue
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in _listed(statement["Action"]):
                    for resource in _listed(statement["Resource"]):
                        yield Allowed(role, action, resource)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that an alarm looks at."""
    if "MetricName" in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def dimensions_of(metric: dict[str, Any]) -> dict[str, str]:
    """What a metric is of."""
    return {each["Name"]: str(each["Value"]) for each in metric["Dimensions"]}
