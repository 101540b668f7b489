"""A schedule whose target is not there puts the firing aside; one whose function fails does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern_testing.over_http.exercised import template
from local.sandbox import Answer
from local.schedules import ScheduleFailedError, Schedules
from local.template import ACCOUNT, REGION, STACK

QUEUE = f"{STACK}-ScheduleDeadLetterQueue"


class Aws:
    """moto, in this process."""

    url = f"https://sqs.{REGION}.amazonaws.com"

    def client(self, service: Any) -> Any:
        return boto3.client(service, region_name=REGION)


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_aws():
        aws = Aws()
        aws.client("sqs").create_queue(QueueName=QUEUE)
        yield aws


def put_aside(aws: Any) -> list[str]:
    url = f"{aws.url}/{ACCOUNT}/{QUEUE}"
    answer = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_firing_that_cannot_be_given_to_its_target_is_put_aside(aws: Any) -> None:
    def nobody(_name: str, _payload: bytes) -> Answer:
        raise KeyError

    schedules = Schedules(template(), aws, nobody)
    for each in ("background-sweep", "pre-event-sweep"):
        with pytest.raises(ScheduleFailedError):
            schedules.fire(each)
    assert put_aside(aws) == ['{"sweep": "background"}', '{"sweep": "pre_event"}']


def test_a_function_that_fails_was_started(aws: Any) -> None:
    schedules = Schedules(template(), aws, lambda _name, _payload: Answer(b"{}", failed=True))
    with pytest.raises(ScheduleFailedError):
        schedules.fire("background-sweep")
    assert put_aside(aws) == []


def test_each_firing_is_counted_whatever_comes_of_it(aws: Any) -> None:
    counted: list[str] = []
    answers = iter([Answer(b"{}"), Answer(b"{}", failed=True)])
    schedules = Schedules(
        template(), aws, lambda _name, _payload: next(answers), counted=counted.append
    )
    schedules.fire("delivery-sweep")
    with pytest.raises(ScheduleFailedError):
        schedules.fire("background-sweep")
    assert counted == ["delivery-sweep", "background-sweep"]
