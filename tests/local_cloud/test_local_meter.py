"""The meter puts together what is counted in several places, and prices it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.metering.counts import Counts
from local.metering.functions import FunctionMeter
from local.metering.meter import FIRED, REQUESTS, Meter
from local.metering.prices import Quantities, bill_of
from local.metering.queues import count_of_queue

NOW = datetime(2030, 1, 1, tzinfo=UTC)
AWS, ZOOM = "http://aws/_counts", "http://zoom"


class Elsewhere:
    """The parts of the local cloud that run in other processes."""

    def __init__(self) -> None:
        self.aws = Counts()
        self.zoom = [{"operation": "add_registrants", "status": "201", "calls": 5}]

    def fetch(self, method: str, url: str) -> Any:
        if url == AWS:
            if method == "DELETE":
                self.aws.forget()
            return {"counts": self.aws.all(), "executions_running": 2}
        assert (method, url) == ("GET", f"{ZOOM}/_sim/counts")
        return {"counts": [dict(each) for each in self.zoom]}


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def meter(elsewhere: Elsewhere) -> Meter:
    times = iter(NOW + timedelta(seconds=n) for n in range(10))
    return Meter(AWS, ZOOM, elsewhere.fetch, lambda: next(times))


def test_each_quantity_has_its_price() -> None:
    assert bill_of(Quantities(transitions=1_000_000)).by_service() == {
        "step_functions": pytest.approx(25.0),
        "lambda": 0,
        "dynamodb": 0,
        "api_gateway": 0,
        "sqs": 0,
        "scheduler": 0,
    }
    million = 1_000_000
    assert bill_of(Quantities(gb_seconds=million)).lambda_ == pytest.approx(13.3334)
    assert bill_of(Quantities(invocations=million)).lambda_ == pytest.approx(0.20)
    assert bill_of(Quantities(write_units=million)).dynamodb == pytest.approx(0.625)
    assert bill_of(Quantities(read_units=million)).dynamodb == pytest.approx(0.125)
    assert bill_of(Quantities(api_requests=million)).api_gateway == pytest.approx(3.50)
    assert bill_of(Quantities(standard_queue_requests=million)).sqs == pytest.approx(0.40)
    assert bill_of(Quantities(fifo_queue_requests=million)).sqs == pytest.approx(0.50)
    assert bill_of(Quantities(scheduled_invocations=million)).scheduler == pytest.approx(1.00)


def test_milliseconds_are_rounded_up_for_each_invocation() -> None:
    functions = FunctionMeter()
    functions.add("join", 512, 0.0001)
    functions.add("join", 512, 0.0101)
    functions.add("sweep", 1024, 2)
    assert functions.by_function() == {
        "join": {"invocations": 2, "milliseconds": 12, "gb_seconds": 0.006},
        "sweep": {"invocations": 1, "milliseconds": 2000, "gb_seconds": 2},
    }


def test_what_runs_is_known_while_it_runs_and_when_the_counts_are_forgotten() -> None:
    functions = FunctionMeter()
    with functions.running():
        functions.forget()
        assert functions.count_running == 1
    assert functions.count_running == 0


def test_all_that_was_used_is_shown_and_priced(meter: Meter, elsewhere: Elsewhere) -> None:
    add = elsewhere.aws.add
    add("step_functions.executions", "lectern-local-EventSync")
    add("step_functions.states.lectern-local-EventSync", "Take", 2)
    add("step_functions.states.lectern-local-EventSync", "Finish")
    add("step_functions.retries.lectern-local-EventSync", "Take")
    add("dynamodb.requests", "GetItem", 3)
    add("dynamodb.read_units", "GetItem", 2.5)
    add("dynamodb.write_units", "PutItem", 4)
    add("sqs.SendMessage", "lectern-local-Plain", 2)
    add("sqs.DeleteMessageBatch", "lectern-local-Plain")
    add("sqs.SendMessage", "lectern-local-Ordered.fifo")
    meter.functions.add("join", 512, 0.010)
    meter.requests.add(REQUESTS, "GET /v1/events")
    meter.requests.add(FIRED, "background-sweep", 2)

    shown = meter.read()

    assert shown["step_functions"] == {
        "executions": {"EventSync": 1},
        "running": 2,
        "states": {"EventSync": {"Take": 2, "Finish": 1}},
        "retries": {"EventSync": {"Take": 1}},
        "transitions": 4,
    }
    assert (shown["dynamodb"]["read_units"], shown["dynamodb"]["write_units"]) == (2.5, 4)
    assert (shown["sqs"]["standard"], shown["sqs"]["fifo"]) == (3, 1)
    assert shown["running"] == {"executions": 2, "invocations": 0}
    assert shown["zoom"] == {"calls": {"add_registrants": 5}, "refused": {}}
    price = shown["price_usd"]
    assert price["step_functions"] == pytest.approx(4 * 25e-6)
    assert price["lambda"] == pytest.approx(0.2e-6 + 0.01 / 2 * 13.3334e-6, abs=1e-9)
    assert price["dynamodb"] == pytest.approx(2.5 * 0.125e-6 + 4 * 0.625e-6, abs=1e-9)
    assert price["sqs"] == pytest.approx(3 * 0.4e-6 + 0.5e-6, abs=1e-9)
    assert price["api_gateway"] == pytest.approx(3.5e-6, abs=1e-9)
    assert shown["scheduler"] == {"invocations": {"background-sweep": 2}}
    assert price["scheduler"] == pytest.approx(2e-6)
    services = ("step_functions", "lambda", "dynamodb", "sqs", "api_gateway", "scheduler")
    assert price["total"] == pytest.approx(sum(price[name] for name in services), abs=1e-8)


def test_set_back_it_shows_what_is_used_from_then_on(meter: Meter, elsewhere: Elsewhere) -> None:
    elsewhere.aws.add("dynamodb.requests", "GetItem")
    meter.functions.add("join", 512, 1)
    meter.requests.add(REQUESTS, "GET /v1/events")
    meter.forget()
    elsewhere.zoom[0]["calls"] = 7
    elsewhere.zoom.append({"operation": "add_registrants", "status": "429", "calls": 1})
    elsewhere.zoom.append({"operation": "delete_meeting", "status": "cut", "calls": 1})

    shown = meter.read()

    assert shown["since"] == "2030-01-01T00:00:01.000+00:00"
    assert (shown["dynamodb"]["requests"], shown["lambda"]) == ({}, {})
    assert shown["api_gateway"]["requests"] == {}
    assert shown["zoom"] == {
        "calls": {"add_registrants": 3, "delete_meeting": 1},
        "refused": {"add_registrants 429": 1, "delete_meeting cut": 1},
    }
    assert shown["price_usd"]["total"] == 0


def test_calls_at_a_zoom_elsewhere_are_not_seen(elsewhere: Elsewhere) -> None:
    meter = Meter(AWS, None, elsewhere.fetch)
    meter.forget()
    assert meter.read()["zoom"] is None


@pytest.mark.parametrize(
    ("operation", "asked", "answer", "counted"),
    [
        ("SendMessage", {"MessageBody": "x"}, {}, {"sqs.SendMessage": {"q": 1}}),
        ("SendMessage", {"MessageBody": "x" * 65_536}, {}, {"sqs.SendMessage": {"q": 1}}),
        ("SendMessage", {"MessageBody": "x" * 65_537}, {}, {"sqs.SendMessage": {"q": 2}}),
        (
            "SendMessage",
            {
                "MessageBody": "x" * 65_525,
                "MessageAttributes": {"name": {"DataType": "String", "StringValue": "xx"}},
            },
            {},
            {"sqs.SendMessage": {"q": 2}},
        ),
        (
            "SendMessageBatch",
            {"Entries": [{"MessageBody": "x" * 40_000}, {"MessageBody": "x" * 40_000}]},
            {},
            {"sqs.SendMessageBatch": {"q": 2}},
        ),
        ("ReceiveMessage", {}, {}, {}),
        (
            "ReceiveMessage",
            {},
            {"Messages": [{"Body": "x"}, {"Body": "y"}]},
            {"sqs.ReceiveMessage": {"q": 1}},
        ),
        (
            "DeleteMessageBatch",
            {"Entries": [{"Id": "1"}, {"Id": "2"}]},
            {},
            {"sqs.DeleteMessageBatch": {"q": 1}},
        ),
    ],
)
def test_requests_of_queues_are_counted_by_payload(
    operation: str, asked: dict[str, Any], answer: dict[str, Any], counted: dict[str, Any]
) -> None:
    counts = Counts()
    count_of_queue(operation, {"QueueUrl": "http://aws/1/q"} | asked, answer, counts)
    assert counts.all() == counted


def test_threads_that_count_at_once_lose_nothing() -> None:
    counts = Counts()

    def count() -> None:
        for _ in range(5_000):
            counts.add("what", "name")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counts.all() == {"what": {"name": 20_000}}
