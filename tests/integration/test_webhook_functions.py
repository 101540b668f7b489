"""The two functions of webhooks as Lambda calls them, with the inbox and its stream between."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from moto import mock_aws

from lectern.aws.service import Refused
from lectern.composition import webhooks
from lectern.inbox import MOST_PACKED_BYTES, delivery_in
from lectern.secret_store import SecretStore
from lectern.webhook_intake import adapters
from lectern.webhooks.worker import WorkerMetric
from lectern_testing.functions import app_of
from lectern_testing.table import INBOX_NAME
from lectern_testing.template import STACK
from lectern_testing.webhooks.deliveries import (
    SECRET,
    a_webhook,
    body_of,
)
from lectern_testing.webhooks.inbox import BUCKET, CONTEXT, REGION, ByMoto, Inbox, client
from local.event_sources import EventSource
from local.records import Record
from local.sandbox import Answer
from local.stream_source import StreamReader


def topic_of(record: Record) -> str:
    _, body = delivery_in(record["dynamodb"]["NewImage"])
    topic: str = json.loads(body)["payload"]["object"]["topic"]
    return topic


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    with mock_aws():
        monkeypatch.setattr(adapters, "_dynamodb", lambda: ByMoto("dynamodb"))
        monkeypatch.setattr(adapters, "_secrets_manager", lambda: ByMoto("secretsmanager"))
        monkeypatch.setenv("INBOX_TABLE_NAME", INBOX_NAME)
        monkeypatch.setenv("SECRET_PREFIX", "lectern/test/")
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Lectern")
        inbox = Inbox()
        monkeypatch.setattr(webhooks, "webhook_dead_letters", lambda: inbox.dead_letters)
        store = SecretStore(client("secretsmanager"), "lectern/test/")
        store.put_webhook_secret("default", SECRET, datetime.now(UTC))
        yield inbox


def counted(text: str) -> dict[str, int]:
    """What CloudWatch counts of a function's output."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        entry = json.loads(line)
        for declared in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            assert declared["Namespace"] == "Lectern"
            assert declared["Dimensions"] == [["function"]]
            assert entry["function"] == "a-function"
            for metric in declared["Metrics"]:
                found[metric["Name"]] = found.get(metric["Name"], 0) + entry[metric["Name"]]
    return found


def test_a_delivery_is_in_the_inbox_when_it_is_answered(
    inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    content = a_webhook(topic="Algebra \ufffe \uffff æ")

    assert inbox.receive(content)["statusCode"] == 200

    [record] = inbox.records()
    assert record["eventName"] == "INSERT"
    connection, body = delivery_in(record["dynamodb"]["NewImage"])
    assert (connection, json.loads(body)) == ("default", content)
    assert counted(capsys.readouterr().out) == {"WebhooksStored": 1}


def test_whatever_characters_it_has_are_kept_as_they_were_signed(inbox: Inbox) -> None:
    body = json.dumps(a_webhook(topic="a\ufffeb\uffffc"), ensure_ascii=False).encode()

    assert inbox.receive_bytes(body)["statusCode"] == 200

    [record] = inbox.records()
    assert delivery_in(record["dynamodb"]["NewImage"])[1].encode() == body


def test_what_is_repeated_is_answered_as_before_and_comes_once(
    inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    content = a_webhook()

    assert [inbox.receive(content)["statusCode"] for _ in range(3)] == [200] * 3

    assert len(inbox.records()) == len(inbox.items()) == 1
    assert counted(capsys.readouterr().out) == {"WebhooksStored": 3}


def test_a_delivery_that_was_stored_by_an_attempt_whose_answer_was_lost_is_stored(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LosesAnAnswer(ByMoto):
        """A service whose answer is lost, and which is asked again."""

        def ask(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
            super().ask(operation, asked)
            return super().ask(operation, asked)

    monkeypatch.setattr(adapters, "_dynamodb", lambda: LosesAnAnswer("dynamodb"))

    assert inbox.receive(a_webhook())["statusCode"] == 200
    assert len(inbox.records()) == 1


def test_what_no_item_holds_is_too_large(inbox: Inbox) -> None:
    noise = secrets.token_urlsafe(2 * MOST_PACKED_BYTES)
    large = body_of(a_webhook(agenda=noise[: int(1.4 * MOST_PACKED_BYTES)]))
    fits = body_of(a_webhook(agenda="x" * len(large)))

    answer = inbox.receive_bytes(large)

    assert answer["statusCode"] == 413
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["code"] == "body_too_large"
    assert inbox.items() == []
    assert inbox.receive_bytes(fits)["statusCode"] == 200
    assert len(inbox.items()) == 1


def unreachable() -> Any:
    raise ConnectionError(SECRET)


class Busy:
    """A table that takes nothing more, however often it is asked."""

    def ask(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        raise Refused("ProvisionedThroughputExceededException")


@pytest.mark.parametrize(
    "trouble",
    [
        ("_dynamodb", unreachable, "ConnectionError"),
        ("_dynamodb", Busy, "Refused"),
        ("_secrets_manager", unreachable, "ConnectionError"),
    ],
)
def test_what_could_not_be_stored_is_answered_so_that_zoom_repeats_it(
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    trouble: tuple[str, Any, str],
) -> None:
    part, service, named = trouble
    monkeypatch.setattr(adapters, part, service)

    answer = inbox.receive(a_webhook())

    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["code"] == "unavailable"
    assert named in caplog.text
    assert SECRET not in caplog.text + capsys.readouterr().out
    assert inbox.records() == []


def test_before_any_secret_is_set_everything_is_refused(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_PREFIX", "lectern/another/")

    assert inbox.receive(a_webhook())["statusCode"] == 401


class BadOnce:
    """A worker that fails at one delivery."""

    error: type[Exception] = ConnectionError

    def work_off(self, connection: str, body: str) -> WorkerMetric:
        if json.loads(body)["payload"]["object"]["topic"] == "bad":
            raise self.error(body)
        assert connection == "default"
        return WorkerMetric.DONE


def test_one_delivery_that_fails_comes_again_and_keeps_no_other_from_being_worked_off(
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhooks, "webhook_worker", BadOnce)
    app = app_of("webhook_events")
    for topic in ("good", "bad", "good too"):
        inbox.receive(a_webhook(topic=topic))
    capsys.readouterr()
    records = inbox.records()

    answer = app.handler({"Records": records}, CONTEXT)

    [bad] = [r["dynamodb"]["SequenceNumber"] for r in records if topic_of(r) == "bad"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    printed = capsys.readouterr().out
    assert counted(printed) == {"WebhooksDone": 2}
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "ConnectionError" in logged
    assert "Forklift" not in printed + logged
    assert "local-account" not in printed + logged
    assert inbox.letters() == []


class PassesLater:
    """A worker that fails at one delivery twice.

    Attributes:
        tried: How often each delivery was tried, by its topic.
    """

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()

    def work_off(self, _connection: str, body: str) -> WorkerMetric:
        topic = json.loads(body)["payload"]["object"]["topic"]
        self.tried[topic] += 1
        if topic == "bad" and self.tried[topic] < 3:
            raise ConnectionError
        return WorkerMetric.DONE


@pytest.mark.parametrize("crashes", [False, True], ids=["reported", "the function ends"])
def test_what_fails_comes_again_by_the_stream_until_it_is_worked_off(
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    crashes: bool,  # noqa: FBT001
) -> None:
    worker = PassesLater()
    monkeypatch.setattr(webhooks, "webhook_worker", lambda: worker)
    app = app_of("webhook_events")

    def invoke(_function: str, payload: bytes) -> Answer:
        answer = app.handler(json.loads(payload), CONTEXT)
        failed = crashes and bool(answer["batchItemFailures"])
        return Answer(json.dumps(answer).encode(), failed=failed)

    topics = ["good", "bad", *(f"good {n}" for n in range(6))]
    for topic in topics:
        inbox.receive(a_webhook(topic=topic))
    source = f"arn:aws:dynamodb:{REGION}:1:table/{INBOX_NAME}/stream/latest"
    mapping = STACK.of_type("AWS::Lambda::EventSourceMapping")["WebhookEventsFunctionDeliveries"]
    aws: Any = SimpleNamespace(client=client)
    reader = StreamReader(EventSource.of(mapping | {"EventSourceArn": source}), aws, invoke)

    assert reader.read(threading.Event())

    assert worker.tried.keys() == set(topics)
    assert worker.tried["bad"] == 3
    assert inbox.letters() == []


class CannotRead(BadOnce):
    """A worker that cannot read one delivery."""

    error = ValueError


def test_a_delivery_that_cannot_be_read_is_put_aside_at_once_and_can_be_given_back(
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhooks, "webhook_worker", CannotRead)
    app = app_of("webhook_events")
    for topic in ("good", "bad"):
        inbox.receive(a_webhook(topic=topic))
    capsys.readouterr()
    records = inbox.records()

    assert app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}

    printed = capsys.readouterr().out
    assert counted(printed) == {"WebhooksDone": 1, "WebhooksPutAside": 1}
    [bad] = [record for record in records if topic_of(record) == "bad"]
    [letter] = inbox.letters()
    assert letter["keys"] == bad["dynamodb"]["Keys"]
    assert letter["error"] == "ValueError"
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "ValueError" in logged
    assert "Forklift" not in printed + logged + json.dumps(letter)
    kept = client("s3").get_object(Bucket=BUCKET, Key=letter["object"])["Body"].read()
    assert json.loads(kept)["payload"]["Records"] == [bad]


def test_an_item_that_is_no_delivery_is_put_aside_as_well(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "webhook_worker", BadOnce)
    odd = {"PK": {"S": "DELIVERY#odd"}, "connection": {"S": "default"}, "body": {"B": b"{}"}}
    client("dynamodb").put_item(TableName=INBOX_NAME, Item=odd)

    answer = app_of("webhook_events").handler({"Records": inbox.records()}, CONTEXT)

    assert answer == {"batchItemFailures": []}
    assert [letter["keys"] for letter in inbox.letters()] == [{"PK": {"S": "DELIVERY#odd"}}]
