"""The two functions of webhooks as Lambda calls them, with a queue between them."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from lectern.aws.service import Refused
from lectern.composition import webhooks
from lectern.secret_store import SecretStore
from lectern.webhook_intake import adapters
from lectern.webhooks.dead_letters import WebhookDeadLetters
from lectern.webhooks.worker import WorkerMetric
from lectern_testing.table import REPOSITORY
from lectern_testing.webhooks.deliveries import (
    SECRET,
    a_webhook,
    body_of,
    proxy_event,
    signed_headers,
)
from local.records import queue_record

CONTEXT = SimpleNamespace(function_name="a-function", aws_request_id="r-1")


@cache
def _client(service: str) -> Any:
    return boto3.client(service, region_name="eu-west-1")  # type: ignore[call-overload]


class ByMoto:
    """A service of AWS as the reception asks it, answered by moto."""

    def __init__(self, service: str) -> None:
        self._client = _client(service)

    def ask(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, xform_name(operation))(**asked)
        except ClientError as error:
            raise Refused(error.response["Error"]["Code"]) from None
        return answer


def load(name: str) -> ModuleType:
    """A function's module, as Lambda imports it."""
    path = REPOSITORY / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(f"{name}_app", path)
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    return app


class Queue:
    """The queue in moto, and the reception before it."""

    def __init__(self) -> None:
        self.url = _client("sqs").create_queue(QueueName="webhooks")["QueueUrl"]
        self.app = load("zoom_webhook")

    def receive(self, content: dict[str, Any], *, secret: str = SECRET) -> dict[str, Any]:
        body = body_of(content)
        event = proxy_event(body, signed_headers(body, time.time(), secret))
        answer: dict[str, Any] = self.app.handler(event, CONTEXT)
        return answer

    def messages(self) -> list[dict[str, Any]]:
        answer = _client("sqs").receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    with mock_aws():
        monkeypatch.setattr(adapters, "_sqs", lambda: ByMoto("sqs"))
        monkeypatch.setattr(adapters, "_secrets_manager", lambda: ByMoto("secretsmanager"))
        monkeypatch.setenv("SECRET_PREFIX", "lectern/test/")
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Lectern")
        queue = Queue()
        monkeypatch.setenv("WEBHOOK_QUEUE_URL", queue.url)
        store = SecretStore(_client("secretsmanager"), "lectern/test/")
        store.put_webhook_secret("default", SECRET, datetime.now(UTC))
        yield queue


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


def test_a_delivery_is_in_the_queue_when_it_is_answered(
    queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    content = a_webhook(topic="Algebra \ufffe \uffff æ")

    assert queue.receive(content)["statusCode"] == 200

    [message] = queue.messages()
    assert json.loads(message["Body"]) == content
    assert message["MessageAttributes"]["connection"]["StringValue"] == "default"
    assert counted(capsys.readouterr().out) == {"WebhooksStored": 1}


def test_characters_that_a_queue_does_not_take_are_kept_in_another_spelling(queue: Queue) -> None:
    body = json.dumps(a_webhook(topic="a\ufffeb\uffffc"), ensure_ascii=False).encode()
    event = proxy_event(body, signed_headers(body, time.time()))

    assert queue.app.handler(event, CONTEXT)["statusCode"] == 200

    [message] = queue.messages()
    assert json.loads(message["Body"])["payload"]["object"]["topic"] == "a\ufffeb\uffffc"


@pytest.mark.parametrize("part", ["_sqs", "_secrets_manager"])
def test_what_could_not_be_stored_is_answered_so_that_zoom_repeats_it(
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    part: str,
) -> None:
    def unreachable() -> Any:
        raise ConnectionError(SECRET)

    monkeypatch.setattr(adapters, part, unreachable)

    answer = queue.receive(a_webhook())

    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["code"] == "unavailable"
    assert "ConnectionError" in caplog.text
    assert SECRET not in caplog.text + capsys.readouterr().out
    assert queue.messages() == []


def test_before_any_secret_is_set_everything_is_refused(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_PREFIX", "lectern/another/")

    assert queue.receive(a_webhook())["statusCode"] == 401


class BadOnce:
    """A worker that fails at one delivery."""

    error: type[Exception] = ConnectionError

    def work_off(self, connection: str, body: str) -> WorkerMetric:
        if json.loads(body)["payload"]["object"]["topic"] == "bad":
            raise self.error(body)
        assert connection == "default"
        return WorkerMetric.DONE


def test_one_delivery_that_fails_comes_again_and_holds_up_no_other(
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhooks, "webhook_worker", BadOnce)
    app = load("webhook_events")
    for topic in ("good", "bad", "good too"):
        queue.receive(a_webhook(topic=topic))
    capsys.readouterr()
    records = [queue_record(message, "arn:aws:sqs:x:1:webhooks") for message in queue.messages()]

    answer = app.handler({"Records": records}, CONTEXT)

    [bad] = [r["messageId"] for r in records if '"bad"' in r["body"]]
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    printed = capsys.readouterr().out
    assert counted(printed) == {"WebhooksDone": 2}
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "ConnectionError" in logged
    assert "Forklift" not in printed + logged
    assert "local-account" not in printed + logged


class CannotRead(BadOnce):
    """A worker that cannot read one delivery."""

    error = ValueError


def test_a_delivery_that_cannot_be_read_is_put_aside_at_once_and_can_be_given_back(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = _client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    monkeypatch.setattr(webhooks, "webhook_worker", CannotRead)
    monkeypatch.setattr(
        webhooks, "webhook_dead_letters", lambda: WebhookDeadLetters(_client("sqs"), dead)
    )
    app = load("webhook_events")
    for topic in ("good", "bad"):
        queue.receive(a_webhook(topic=topic))
    capsys.readouterr()
    records = [queue_record(message, "arn:aws:sqs:x:1:webhooks") for message in queue.messages()]

    assert app.handler({"Records": records}, CONTEXT) == {"batchItemFailures": []}

    printed = capsys.readouterr().out
    assert counted(printed) == {"WebhooksDone": 1, "WebhooksPutAside": 1}
    assert "Forklift" not in printed
    queue.url = dead
    [letter] = queue.messages()
    assert [letter["Body"]] == [record["body"] for record in records if '"bad"' in record["body"]]
    assert letter["MessageAttributes"]["connection"]["StringValue"] == "default"
