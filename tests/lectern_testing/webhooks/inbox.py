"""The inbox of webhooks in moto, with the function before it, and what is put aside behind it."""

from __future__ import annotations

import base64
import json
import time
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from lectern.aws.service import Refused
from lectern.dead_letters import DeadLetters
from lectern_testing.aws.moto_shortcut import go_the_long_way
from lectern_testing.functions import app_of
from lectern_testing.table import INBOX_NAME, make_inbox
from lectern_testing.webhooks.deliveries import SECRET, body_of, proxy_event, signed_headers
from local.records import Record, stream_record

REGION = "eu-west-1"
BUCKET = "kept"
CONTEXT = SimpleNamespace(function_name="a-function", aws_request_id="r-1")


@cache
def client(service: str) -> Any:
    """A client of moto's."""
    made: Any = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
    if service == "dynamodb":
        go_the_long_way(made)  # the short one is for text alone
    return made


class ByMoto:
    """A service of AWS as the reception asks it, answered by moto."""

    def __init__(self, service: str) -> None:
        self._client = client(service)

    def ask(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer."""
        if "Item" in asked:  # boto3 writes bytes as DynamoDB's JSON has them
            body = {"B": base64.b64decode(asked["Item"]["body"]["B"])}
            asked = asked | {"Item": asked["Item"] | {"body": body}}
        try:
            answer: dict[str, Any] = getattr(self._client, xform_name(operation))(**asked)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from None
        return answer


class Inbox:
    """The inbox in moto, the reception before it, and what is put aside of it."""

    def __init__(self) -> None:
        make_inbox(client("dynamodb"))
        place = {"LocationConstraint": REGION}
        client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        self.letters_url = client("sqs").create_queue(QueueName="letters")["QueueUrl"]
        self.app = app_of("zoom_webhook")

    @property
    def dead_letters(self) -> DeadLetters:
        """Where the worker puts aside what it cannot read."""
        return DeadLetters(lambda: client("s3"), BUCKET, lambda: client("sqs"), self.letters_url)

    def receive(self, content: dict[str, Any], *, secret: str = SECRET) -> dict[str, Any]:
        """What a delivery is answered."""
        return self.receive_bytes(body_of(content), secret=secret)

    def receive_bytes(self, body: bytes, *, secret: str = SECRET) -> dict[str, Any]:
        """What a delivery of these bytes is answered."""
        event = proxy_event(body, signed_headers(body, time.time(), secret))
        answer: dict[str, Any] = self.app.handler(event, CONTEXT)
        return answer

    def items(self) -> list[dict[str, Any]]:
        """All that the table has."""
        return list(client("dynamodb").scan(TableName=INBOX_NAME)["Items"])

    def records(self) -> list[Record]:
        """What the stream has by now, as a function is given it."""
        streams = client("dynamodbstreams")
        [stream] = streams.list_streams(TableName=INBOX_NAME)["Streams"]
        arn = stream["StreamArn"]
        [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = streams.get_records(ShardIterator=iterator)["Records"]
        return [stream_record(each, arn) for each in found]

    def letters(self) -> list[dict[str, Any]]:
        """What somebody is told of what was put aside."""
        answer = client("sqs").receive_message(QueueUrl=self.letters_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
