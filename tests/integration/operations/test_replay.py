"""Dead letters are given back once, by one command, and what fails again is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from lectern_testing.table import TABLE_NAME, make_table
from operations import replay
from operations.dead_letters import IN_HAND, Redrive, Replay, StillThere, discard, is_of
from operations.stack import DeployedStack

REGION = "eu-west-1"
BUCKET = "kept"
INBOX = "the-inbox"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        place: Any = {"LocationConstraint": REGION}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield


def source_of(table: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:123456789012:table/{table}/stream/2030-03-17T09:00:00.123"


def record(number: int, name: str = "INSERT") -> dict[str, Any]:
    keys = {"PK": {"S": f"EVENT#ev-{number}"}, "SK": {"S": "EVENT"}}
    images = {} if name == "REMOVE" else {"NewImage": keys}
    return {
        "eventID": str(number),
        "eventName": name,
        "dynamodb": {"Keys": keys, **images},
        "eventSourceARN": source_of(TABLE_NAME),
    }


def delivery(name: str) -> dict[str, Any]:
    keys = {"PK": {"S": f"DELIVERY#{name}"}}
    return {
        "eventID": name,
        "eventName": "INSERT",
        "dynamodb": {"Keys": keys, "NewImage": keys},
        "eventSourceARN": source_of(INBOX),
    }


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
    still_there = StillThere(boto3.client("dynamodb"), TABLE_NAME)
    return Replay(
        boto3.client("s3"), BUCKET, dispatch, lambda each: is_of(TABLE_NAME, each), still_there
    ).run()


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


def test_what_is_of_another_table_stays_where_it_is() -> None:
    store(1)
    keep("poisoned/1.json", record(1))
    keep("poisoned/a.json", delivery("a"))
    dispatch = Dispatch()
    assert replayed(dispatch) == (1, 0)
    assert dispatch.given == [["1"]]
    assert kept() == ["poisoned/a.json"]


RESOURCES = {
    "WebhookDeadLetterQueue": ("AWS::SQS::Queue", "QueueName", "webhooks-dead"),
    "StreamDeadLetterQueue": ("AWS::SQS::Queue", "QueueName", "stream-dead"),
    "ScheduleDeadLetterQueue": ("AWS::SQS::Queue", "QueueName", "schedules-dead"),
}


class Stack(DeployedStack):
    """A stack of which moto has the queues, and the rest is as it was made here."""

    def id_of(self, logical_id: str) -> str:
        made = {"StreamDeadLetterBucket": BUCKET, "InboxTable": INBOX}
        if logical_id.endswith("Function"):
            return logical_id
        return made.get(logical_id) or super().id_of(logical_id)


TEMPLATE = {
    "Resources": {
        name: {"Type": kind, "Properties": {key: value}}
        for name, (kind, key, value) in RESOURCES.items()
    },
    "Outputs": {"TableName": {"Value": TABLE_NAME}},
}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> DeployedStack:
    client = boto3.client("cloudformation")
    client.create_stack(StackName="lectern", TemplateBody=json.dumps(TEMPLATE))
    monkeypatch.setattr(replay, "DeployedStack", Stack)
    return Stack(client, "lectern")


class Functions:
    """The functions of a stack, by name: what each was given, and what comes of it."""

    def __init__(self) -> None:
        self.given: dict[str, list[str]] = {}
        self.does: Callable[[list[Any]], object] = lambda _: None

    def of(self, _client: Any, function: str) -> Any:
        def invoke(payload: bytes) -> dict[str, Any]:
            records = json.loads(payload)["Records"]
            self.given.setdefault(function, []).extend(each["eventID"] for each in records)
            self.does(records)
            return {"batchItemFailures": []}

        return invoke


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    functions = Functions()
    monkeypatch.setattr(replay, "_invocation", functions.of)
    return functions


def test_each_function_is_given_what_came_from_its_own_table(
    stack: DeployedStack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    """A delivery counts whatever its age, though the inbox has forgotten it."""
    store(1)
    keep("poisoned/1.json", record(1))
    keep("aws/lambda/uuid/shard/2", delivery("a"), delivery("b"), as_text=True)
    letters = {name: stack.id_of(f"{name}DeadLetterQueue") for name in ("Webhook", "Stream")}
    for url in letters.values():
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody="a letter")

    assert replay.main(["--stack", "lectern", "--queue", "webhooks"]) == 0
    assert functions.given == {"WebhookEventsFunction": ["a", "b"]}
    assert kept() == ["poisoned/1.json"]
    assert bodies(letters["Webhook"]) == []

    assert replay.main(["--stack", "lectern", "--queue", "stream"]) == 0
    assert functions.given["DispatchFunction"] == ["1"]
    assert kept() == []
    assert bodies(letters["Stream"]) == []
    assert capsys.readouterr().out == (
        "1 batches of deliveries were taken.\n1 batches of changes were taken.\n"
    )


def test_the_letter_of_what_is_put_aside_anew_is_kept_and_somebody_is_told(
    stack: DeployedStack, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = stack.id_of("WebhookDeadLetterQueue")

    def poisoned_again(records: list[Any]) -> None:
        keep("poisoned/a.json", *records)
        boto3.client("sqs").send_message(QueueUrl=letters, MessageBody="a letter")

    functions.does = poisoned_again
    keep("poisoned/a.json", delivery("a"))

    assert replay.main(["--stack", "lectern", "--queue", "webhooks"]) == 1

    assert kept() == ["poisoned/a.json"]
    assert bodies(letters) == ["a letter"]
    assert "1 are kept: the log of webhook_events says why" in capsys.readouterr().out


def test_the_command_finds_the_queues_by_the_stack(
    stack: DeployedStack, capsys: pytest.CaptureFixture[str]
) -> None:
    firings = stack.id_of("ScheduleDeadLetterQueue")
    boto3.client("sqs").send_message(QueueUrl=firings, MessageBody="firing")
    assert replay.main(["--stack", "lectern", "--queue", "schedules"]) == 0
    assert bodies(firings) == []
    assert capsys.readouterr().out.startswith("1 firings")
    with pytest.raises(LookupError):
        stack.output("Nothing")
