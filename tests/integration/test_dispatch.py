"""The dispatcher as Lambda calls it: a poisoned record goes aside, and holds up nobody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, cast

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws

from lectern import executions
from lectern.composition import aws, stores, stream
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import Event
from lectern.domain.problems import EnrollmentProblem
from lectern.domain.settings import Notifications, Settings
from lectern.domain.validation import Validation
from lectern.notify.measures import Measures
from lectern.notify.queue import DeliveryQueue
from lectern.store import account_keys
from lectern.store.items import enrollment_item, event_item
from lectern.store.table import Item
from lectern.store.validations import ValidationStore
from lectern.validation.start import ValidationStarter
from lectern_testing.aws.item_kinds import ITEM_KINDS
from lectern_testing.builders import an_enrollment, an_event
from lectern_testing.functions import app_of
from lectern_testing.table import make_table
from lectern_testing.unknown_fields import FIELD, VALUE, future_image

_serialize = TypeSerializer().serialize


def stream_record(number: int, item: Item) -> dict[str, Any]:
    image = {name: _serialize(value) for name, value in item.items() if value is not None}
    return {
        "eventID": f"e-{number}",
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {name: image[name] for name in ("PK", "SK")},
            "NewImage": image,
            "SequenceNumber": str(number),
        },
    }


def poisoned(event_id: str) -> Item:
    """An event of which the details cannot be read."""
    return event_item(an_event(event_id=event_id)) | {"details": "{"}


BUCKET = "dead"
MACHINES = ("EVENT_SYNC_ARN", "ATTENDANCE_ARN", "VALIDATION_ARN")
SYNC_STARTER = stream.sync_starter
STARTING = ("EVENT", "INSTANCE#", "VALIDATION")
"""What the sort keys of items begin with whose changes start executions."""


class Starts:
    """Stands for Step Functions; notes for which events executions are started."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.eras: list[int] = []
        self.busy = 0

    def start(self, event: Event) -> None:
        if self.busy:
            self.busy -= 1
            raise ConnectionError
        self.events.append(event.event_id)


@pytest.fixture
def dispatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The function's module, with AWS in moto, as it is when Lambda has loaded it."""
    with mock_aws():
        sqs = boto3.client("sqs")
        fifo = sqs.create_queue(QueueName="n.fifo", Attributes={"FifoQueue": "true"})
        urls = {
            "NOTIFICATION_QUEUE_URL": fifo["QueueUrl"],
            "NOTIFY_LMS_FUNCTION": "notify_lms",
            "STREAM_DEAD_LETTERS_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
            "STREAM_DEAD_LETTERS_BUCKET": BUCKET,
        }
        place: Any = {"LocationConstraint": "eu-west-1"}
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
        for name, value in (urls | dict.fromkeys(MACHINES, arn)).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TABLE_NAME", make_table(boto3.client("dynamodb")))
        cached = [
            each
            for module in (aws, stores, stream)
            for each in vars(module).values()
            if hasattr(each, "cache_clear")
        ]
        for each in cached:
            each.cache_clear()
        module = app_of("dispatch")
        starts = Starts()

        def in_era(era: int) -> Starts:
            starts.eras.append(era)
            return starts

        monkeypatch.setattr(module, "starts", starts, raising=False)
        monkeypatch.setattr(stream, "sync_starter", in_era)
        yield module
        for each in cached:
            each.cache_clear()


def letters() -> list[dict[str, Any]]:
    url = os.environ["STREAM_DEAD_LETTERS_URL"]
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def call(dispatch: ModuleType, *items: Item) -> dict[str, Any]:
    records = [stream_record(number, item) for number, item in enumerate(items, 1)]
    found: dict[str, Any] = dispatch.handler({"Records": records}, None)
    return found


def test_a_poisoned_record_is_put_aside_and_the_others_go_on(dispatch: ModuleType) -> None:
    good = [event_item(an_event(event_id=f"ev-{n}")) for n in (1, 2)]

    answer = call(dispatch, good[0], poisoned("bad"), good[1])

    assert answer == {"batchItemFailures": []}
    assert dispatch.starts.events == ["ev-1", "ev-2"]
    [letter] = letters()
    assert letter["condition"] == "RecordPoisoned"
    assert letter["keys"] == {"PK": {"S": "EVENT#bad"}, "SK": {"S": "EVENT"}}
    assert letter["sequence_number"] == "2"


def test_a_poisoned_record_is_kept_whole_to_be_dispatched_once_it_can_be(
    dispatch: ModuleType,
) -> None:
    item = poisoned("bad")
    call(dispatch, item)

    [letter] = letters()
    kept = json.loads(
        boto3.client("s3").get_object(Bucket=BUCKET, Key=letter["object"])["Body"].read()
    )
    assert kept["payload"] == {"Records": [stream_record(1, item)]}


def test_a_letter_tells_where_the_change_is_and_not_what_is_in_it(dispatch: ModuleType) -> None:
    call(dispatch, poisoned("bad"))

    [letter] = letters()
    assert letter["error"]
    assert "acme.example" not in json.dumps(letter)


def test_a_timeline_has_the_time_and_the_order_of_the_stream(dispatch: ModuleType) -> None:
    first, other = (event_item(an_event(event_id=name)) for name in ("ev-1", "ev-2"))
    records = [stream_record(5, first), stream_record(7, other)]
    records[0]["dynamodb"]["ApproximateCreationDateTime"] = 1_900_000_000
    dispatch.handler({"Records": records}, None)
    dispatch.handler({"Records": records}, None)

    [entry], _ = stores.timeline().page("ev-1", after=None, limit=10)
    assert (entry.code, entry.count) == ("event_created", 1)
    assert entry.at == datetime.fromtimestamp(1_900_000_000, UTC)


def test_the_era_is_that_of_the_stream(dispatch: ModuleType) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2030-03-17T09:00:00.123"
    record = stream_record(1, event_item(an_event(event_id="ev-1"))) | {"eventSourceARN": arn}

    dispatch.handler({"Records": [record]}, None)
    call(dispatch, event_item(an_event(event_id="ev-2")))

    assert dispatch.starts.eras == [int(datetime(2030, 3, 17, 9, tzinfo=UTC).timestamp()), 0]


class Machines:
    """Stands for Step Functions; notes the names of executions, by state machine."""

    class exceptions:  # noqa: N801 - a client has them under this name
        ExecutionAlreadyExists = KeyError

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}

    def start_execution(self, *, stateMachineArn: str, name: str, **_: Any) -> None:  # noqa: N803
        self.names.setdefault(stateMachineArn, []).append(name)


def test_no_execution_of_any_state_machine_has_a_name_of_another_era(
    dispatch: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = Machines()
    monkeypatch.setattr(aws, "step_functions", lambda: machines)
    monkeypatch.setattr(stream, "sync_starter", SYNC_STARTER)
    for name in MACHINES:
        monkeypatch.setenv(name, name)
    for kind in ("event", "instance", "validation"):
        ITEM_KINDS[kind].write(stores.table())
    [run] = stores.instances().of_event("ev-1")
    assert stores.instances().ask_again(run, datetime(2030, 3, 17, tzinfo=UTC))
    found = stores.table()._client.scan(TableName=stores.table()._name)["Items"]
    wanted = [image for image in found if image["SK"]["S"].startswith(STARTING)]

    for day in (10, 17):
        arn = f"arn:aws:dynamodb:eu-west-1:1:table/t/stream/2030-03-{day}T09:00:00.123"
        records = [
            {
                "eventID": f"e-{number}",
                "eventName": "INSERT",
                "eventSourceARN": arn,
                "dynamodb": {
                    "Keys": {name: image[name] for name in ("PK", "SK")},
                    "NewImage": image,
                    "SequenceNumber": str(number),
                },
            }
            for number, image in enumerate(wanted, 1)
        ]
        assert dispatch.handler({"Records": records}, None) == {"batchItemFailures": []}

    assert machines.names.keys() == set(MACHINES)
    for names in machines.names.values():
        assert len(names) == len(set(names)) == 2


def test_a_timeline_counts_on_in_a_new_era_whose_numbers_are_lower(dispatch: ModuleType) -> None:
    for day, number in ((10, 900), (17, 5), (17, 5)):
        person = an_enrollment(f"u-{day}", event_id="ev-1", changed_in="roster-1")
        record = stream_record(number, enrollment_item(person))
        record["eventSourceARN"] = f"arn:aws:dynamodb:eu-west-1:1:table/t/stream/2030-03-{day}"
        assert dispatch.handler({"Records": [record]}, None) == {"batchItemFailures": []}

    entries, _ = stores.timeline().page("ev-1", after=None, limit=10)
    assert {entry.code: entry.count for entry in entries} == {"enrolled": 2}


def deliveries() -> list[str]:
    url = os.environ["NOTIFICATION_QUEUE_URL"]
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_what_a_change_tells_that_is_put_aside_is_asked_for_once(
    dispatch: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Notifications(url="https://lms.example/hooks")
    stores.settings().put(Settings(notifications=told), was_revision=0)
    refused = an_enrollment(
        "u-1", state=EnrollmentState.FAILED, reason=EnrollmentProblem.INVALID_EMAIL
    )
    person = enrollment_item(refused)
    with monkeypatch.context() as broken:
        broken.setattr(Measures, "changed", lambda *_: int("a fault"))
        assert call(dispatch, person) == {"batchItemFailures": []}
    assert len(letters()) == len(deliveries()) == 1

    # Later than the queue knows what it was given.
    monkeypatch.setattr(DeliveryQueue, "put", lambda *_: pytest.fail("it was asked for before"))
    assert call(dispatch, person) == {"batchItemFailures": []}


def test_what_a_retry_helps_is_tried_again(dispatch: ModuleType) -> None:
    event = event_item(an_event(event_id="ev-1"))
    dispatch.starts.busy = 1

    assert call(dispatch, event) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert letters() == []
    assert call(dispatch, event) == {"batchItemFailures": []}
    assert dispatch.starts.events == ["ev-1"]


def test_a_new_self_test_is_started_and_one_that_goes_on_is_not(
    dispatch: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, object]] = []

    class Executions:
        def start(self, name: str, asked: object) -> None:
            told.append((name, asked))

    monkeypatch.setattr(
        stream,
        "validation_starter",
        lambda _era: ValidationStarter(cast("executions.Executions", Executions())),
    )
    store = ValidationStore(stores.table())
    now = datetime(2030, 3, 17, tzinfo=UTC)
    store.start(Validation(validation_id="v-1", connection="default", started_at=now), now)
    item = stores.table().get(account_keys.validation("v-1"))
    assert item is not None
    assert call(dispatch, item) == {"batchItemFailures": []}
    assert told == [("v-1", {"validation_id": "v-1"})]
    record = stream_record(2, item)
    record["dynamodb"]["OldImage"] = record["dynamodb"]["NewImage"]
    dispatch.handler({"Records": [record | {"eventName": "MODIFY"}]}, None)
    assert len(told) == 1


def test_what_a_newer_version_wrote_is_dispatched_as_what_this_one_writes(
    dispatch: ModuleType,
) -> None:
    table = stores.table()
    for kind in ITEM_KINDS.values():
        kind.write(table)
    found = table._client.scan(TableName=table._name)["Items"]
    records = [
        {
            "eventID": f"e-{number}",
            "eventName": "MODIFY",
            "dynamodb": {
                "Keys": {name: image[name] for name in ("PK", "SK")},
                "OldImage": image | {"sync_requested": {"N": "0"}},
                "NewImage": image,
                "SequenceNumber": str(number),
                FIELD: VALUE,
            },
            FIELD: VALUE,
        }
        for number, image in enumerate(map(future_image, found), 1)
    ]

    assert dispatch.handler({"Records": records}, None) == {"batchItemFailures": []}

    assert letters() == []
    assert "ev-1" in dispatch.starts.events
