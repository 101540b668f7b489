"""Dead letters are given back once, by one command, and what fails again is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from lectern_testing.table import TABLE_NAME, make_table
from operations import replay
from operations.dead_letters import IN_HAND, Redrive, Replay, discard
from operations.stack import DeployedStack

REGION = "eu-west-1"
BUCKET = "kept"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        place: Any = {"LocationConstraint": REGION}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield


def record(number: int, name: str = "INSERT") -> dict[str, Any]:
    keys = {"PK": {"S": f"EVENT#ev-{number}"}, "SK": {"S": "EVENT"}}
    images = {} if name == "REMOVE" else {"NewImage": keys}
    return {"eventID": str(number), "eventName": name, "dynamodb": {"Keys": keys, **images}}


def store(*numbers: int) -> None:
    for number in numbers:
        keys = record(number)["dynamodb"]["Keys"]
        boto3.client("dynamodb").put_item(TableName=TABLE_NAME, Item=keys)


def keep(key: str, *records: dict[str, Any], as_text: bool = False) -> None:
    event: Any = {"Records": list(records)}
    body: dict[str, Any] = {
        "requestContext": {},
        "payload": json.dumps(event) if as_text else event,
    }
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(body).encode())


def kept() -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [each["Key"] for each in found]


class Dispatch:
    """The dispatcher: what it was given, and which records it does not take."""

    def __init__(self, *refused: str) -> None:
        self.given: list[list[str]] = []
        self.refused = set(refused)

    def __call__(self, payload: bytes) -> dict[str, Any]:
        names = [each["eventID"] for each in json.loads(payload)["Records"]]
        self.given.append(names)
        return {"batchItemFailures": [n for n in names if n in self.refused]}


def replayed(dispatch: Any) -> tuple[int, int]:
    clients = boto3.client("s3"), boto3.client("dynamodb")
    return Replay(clients[0], BUCKET, clients[1], TABLE_NAME, dispatch).run()


@pytest.mark.parametrize("as_text", [False, True])
def test_what_was_kept_is_dispatched_and_goes(as_text: bool) -> None:  # noqa: FBT001
    store(1, 2)
    keep("aws/lambda/uuid/shard/1", record(1), record(2), as_text=as_text)
    dispatch = Dispatch()
    assert replayed(dispatch) == (1, 0)
    assert dispatch.given == [["1", "2"]]
    assert kept() == []
    assert replayed(dispatch) == (0, 0)


def test_what_fails_again_is_kept_and_holds_up_nothing_else() -> None:
    store(1, 2)
    keep("poisoned/1.json", record(1))
    keep("poisoned/2.json", record(2))
    assert replayed(Dispatch("1")) == (1, 1)
    assert kept() == [f"{IN_HAND}poisoned/1.json"]
    assert replayed(Dispatch()) == (1, 0)
    assert kept() == []


def test_what_is_put_aside_anew_while_it_is_replayed_is_not_lost() -> None:
    store(1)
    keep("poisoned/1.json", record(1))

    def poisoned_again(payload: bytes) -> dict[str, Any]:
        keep("poisoned/1.json", *json.loads(payload)["Records"])
        return {"batchItemFailures": []}

    assert replayed(poisoned_again) == (1, 0)
    assert kept() == ["poisoned/1.json"]


def test_nobody_is_told_of_what_was_erased_meanwhile() -> None:
    store(2)
    keep("aws/lambda/1", record(1), record(2), record(3, "REMOVE"))
    keep("aws/lambda/2", record(1))
    dispatch = Dispatch()
    assert replayed(dispatch) == (2, 0)
    assert dispatch.given == [["2", "3"]]


def queue(name: str, **attributes: Any) -> str:
    url: str = boto3.client("sqs").create_queue(QueueName=name, Attributes=cast("Any", attributes))[
        "QueueUrl"
    ]
    return url


def bodies(url: str) -> list[str]:
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_deliveries_come_back_in_the_order_of_their_event() -> None:
    sqs = boto3.client("sqs")
    dead, url = (queue(f"{name}.fifo", FifoQueue="true") for name in ("dead", "n"))
    for number in range(3):
        sqs.send_message(
            QueueUrl=dead,
            MessageBody=str(number),
            MessageGroupId="ev-1",
            MessageDeduplicationId=str(number),
        )
        sqs.send_message(
            QueueUrl=url,
            MessageBody="told before",
            MessageGroupId="other",
            MessageDeduplicationId=str(number),
        )
    assert Redrive(sqs, dead, url).run() == 3
    assert [body for body in bodies(url) if body != "told before"] == ["0", "1", "2"]
    assert bodies(dead) == []


def test_what_comes_back_meanwhile_is_left_for_the_next_time() -> None:
    dead = queue("dead")
    boto3.client("sqs").send_message(QueueUrl=dead, MessageBody="m")
    assert Redrive(boto3.client("sqs"), dead, dead).run() == 1
    assert discard(boto3.client("sqs"), dead) == 1


TEMPLATE = {
    "Resources": {
        name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
        for name in ("WebhookDeadLetterQueue", "WebhookQueue", "ScheduleDeadLetterQueue")
    },
    "Outputs": {"TableName": {"Value": TABLE_NAME}},
}


@pytest.fixture
def stack() -> DeployedStack:
    client = boto3.client("cloudformation")
    client.create_stack(StackName="lectern", TemplateBody=json.dumps(TEMPLATE))
    return DeployedStack(client, "lectern")


def test_the_command_finds_the_queues_by_the_stack(
    stack: DeployedStack, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = stack.id_of("WebhookDeadLetterQueue")
    signer: Any = {"connection": {"DataType": "String", "StringValue": "default"}}
    boto3.client("sqs").send_message(
        QueueUrl=dead, MessageBody="delivery", MessageAttributes=signer
    )
    assert replay.main(["--stack", "lectern", "--queue", "webhooks"]) == 0
    [message] = boto3.client("sqs").receive_message(
        QueueUrl=stack.id_of("WebhookQueue"), MessageAttributeNames=["All"]
    )["Messages"]
    assert message["Body"] == "delivery"
    assert message["MessageAttributes"]["connection"]["StringValue"] == "default"

    firings = stack.id_of("ScheduleDeadLetterQueue")
    boto3.client("sqs").send_message(QueueUrl=firings, MessageBody="firing")
    assert replay.main(["--stack", "lectern", "--queue", "schedules"]) == 0
    assert bodies(firings) == []
    assert capsys.readouterr().out.startswith("1 messages were given back.\n1 firings")
    with pytest.raises(LookupError):
        stack.output("Nothing")
