"""From the outbox to the LMS: signed, in order, tried again, given up after a day."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from lectern.domain.settings import Notifications, Settings
from lectern.notify.delivery import DeliveryResult
from lectern.notify.lms import Lms, LmsUnavailable, SigningSecret
from lectern.notify.pinned import pinned_session
from lectern.notify.queue import Message
from lectern.notify.signature import signed_headers
from lectern.secret_store import SecretStore
from lectern.store import outbox_keys
from lectern.store.table import Change
from lectern_testing.lms.inbox import an_inbox
from lectern_testing.lms.told import NOW, SECRET, Platform, client
from lectern_testing.unknown_fields import future_item, with_future_fields


def an_unsigned_lms(*, is_local: bool = True) -> Lms:
    """The way to an LMS that set no secret."""
    no_secrets = SecretStore(client("secretsmanager"), "")
    session = pinned_session(is_local=is_local)
    return Lms(session, SigningSecret(no_secrets), lambda: NOW, is_local=is_local)


def test_a_notification_is_sent_as_standard_webhooks_wants_it(platform: Platform) -> None:
    platform.tell("a")
    platform.moment += timedelta(seconds=3)

    assert platform.work_off() == [DeliveryResult.DELIVERED]

    (received,) = platform.inbox.received
    assert received.json == {
        "type": "event.ready",
        "timestamp": "2026-11-30T09:00:00.000Z",
        "data": {"event_id": "ev-1"},
    }
    (entry,) = platform.outbox.page(None, 10, platform.now())
    expected = signed_headers(SECRET, entry.identifier, platform.now(), received.body)
    assert expected.items() <= received.headers.items()
    assert received.headers["content-type"] == "application/json"


def test_one_that_fails_comes_again_with_its_id_and_holds_up_its_event_alone(
    platform: Platform,
) -> None:
    platform.inbox.answers = [500]
    platform.tell("a", "b")
    platform.tell("a", "b", event_id="ev-2")

    outcomes = platform.work_off()

    assert outcomes == ["HTTP 500", DeliveryResult.DELIVERED, DeliveryResult.DELIVERED]
    assert platform.received() == ["ev-1", "ev-2", "ev-2"]
    assert platform.work_off() == [], "it is hidden for five seconds, and the next one behind it"


@pytest.mark.parametrize("status", [500, 404, 410, 301, 304])
def test_whatever_is_no_success_is_tried_again_until_the_day_is_over(
    platform: Platform, no_pause: list[timedelta], status: int
) -> None:
    platform.inbox.status = status
    platform.inbox.headers = {"Location": platform.inbox.url + "/elsewhere"}
    platform.tell("a", "b")

    outcomes = platform.work_off()

    attempts = len(no_pause) + 1
    assert outcomes == [f"HTTP {status}"] * len(no_pause) + [DeliveryResult.GIVEN_UP] * 2
    assert sum(no_pause[:2], timedelta()) <= timedelta(minutes=5)
    assert platform.moment == NOW + timedelta(hours=24)
    ids = [each.headers["webhook-id"] for each in platform.inbox.received]
    assert len(set(ids[:attempts])) == 1
    assert json.loads(platform.next_message(platform.dead_letters)["Body"])["number"] == 1


def test_a_late_success_is_the_end_of_it(platform: Platform, no_pause: list[timedelta]) -> None:
    platform.inbox.answers = [503, 429]
    platform.tell("a", "b")
    assert platform.work_off() == ["HTTP 503", "HTTP 429", *[DeliveryResult.DELIVERED] * 2]
    assert len(no_pause) == 2
    assert platform.next_message(platform.dead_letters) is None


def test_a_lms_that_is_not_there_is_one_that_fails(
    platform: Platform, no_pause: list[timedelta]
) -> None:
    platform.set_address("http://127.0.0.1:9/nobody")
    platform.tell("a")
    outcomes = platform.work_off()
    assert outcomes == ["ConnectionError"] * len(no_pause) + [DeliveryResult.GIVEN_UP]


def test_one_that_cannot_be_read_is_put_aside_at_once_and_holds_up_nobody(
    platform: Platform,
) -> None:
    platform.tell("a", "b")
    (first, _) = platform.outbox.page(None, 10, platform.now())
    where = outbox_keys.outbox_entry(first.position.day, first.position.number)
    platform.table.update(where, Change(set={"notification": {"type": "of a later release"}}))

    assert platform.work_off() == [DeliveryResult.UNREADABLE, DeliveryResult.DELIVERED]

    letter = platform.next_message(platform.dead_letters)
    assert json.loads(letter["Body"]) == first.position.model_dump()
    assert letter["Attributes"]["MessageGroupId"] == "ev-1"
    assert platform.received() == ["ev-1"]


def test_a_message_and_a_notification_of_a_newer_version_are_delivered(platform: Platform) -> None:
    platform.tell("a")
    (entry,) = platform.outbox.page(None, 10, platform.now())
    where = outbox_keys.outbox_entry(entry.position.day, entry.position.number)
    told = json.loads(entry.notification.model_dump_json(exclude_none=True))
    platform.table.update(where, Change(set=future_item({"notification": json.dumps(told)})))
    body = json.dumps(with_future_fields(entry.position.model_dump()))

    message = Message(body, "ev-1", "receipt", 1)
    assert platform.delivery.deliver(message) is DeliveryResult.DELIVERED

    (received,) = platform.inbox.received
    assert received.json["data"] == {"event_id": "ev-1"}


def test_without_an_address_it_is_written_and_not_queued(platform: Platform) -> None:
    platform.set_address(None)
    platform.tell("a")
    assert platform.next_message(platform.queue) is None
    assert len(platform.outbox.page(None, 10, platform.now())) == 1


def test_what_is_not_wanted_any_more_is_dropped(platform: Platform) -> None:
    platform.tell("a", user_id="u-1")
    platform.tell("b", event_id="ev-2")
    platform.outbox.forget("u-1", "ev-1")
    platform.set_address(None)
    assert platform.work_off() == [DeliveryResult.NOT_WANTED] * 2
    platform.set_address(platform.inbox.url)
    platform.tell("c", event_id="ev-3")
    assert platform.work_off() == [DeliveryResult.DELIVERED]


def test_a_record_that_comes_again_is_queued_once(platform: Platform) -> None:
    platform.tell("a")
    platform.begin_anew()
    platform.dispatch()
    assert platform.work_off() == [DeliveryResult.DELIVERED]
    assert platform.work_off() == []


def test_where_the_queue_is_out_of_reach_the_batch_comes_again(platform: Platform) -> None:
    url, platform.queue = platform.queue, platform.queue + "-gone"
    platform.change("a", "b")
    assert platform.dispatched() == next(iter(platform.changes))
    platform.queue = url
    platform.begin_anew()
    platform.dispatch()
    assert platform.work_off() == [DeliveryResult.DELIVERED] * 2


def test_a_changed_secret_is_used_at_once(platform: Platform) -> None:
    platform.tell("a", "b")
    assert platform.work_off() == [DeliveryResult.DELIVERED] * 2
    _, revision = platform.settings.get()
    told = Notifications(url=platform.inbox.url)
    platform.settings.put(Settings(notifications=told), was_revision=revision)
    platform.tell("c")
    platform.work_off()
    assert "webhook-signature" not in platform.inbox.received[-1].headers


@pytest.mark.parametrize("is_local", [True, False])
@pytest.mark.parametrize("url", ["http://lms.example/", "file:///etc/passwd", "http://127.0.0.1:1"])
def test_only_safe_addresses_are_called(url: str, *, is_local: bool) -> None:
    lms = an_unsigned_lms(is_local=is_local)
    expected = "ConnectionError" if is_local and "127" in url else "UnsafeAddress"
    with pytest.raises(LmsUnavailable, match=expected):
        lms.post(url, "msg_1", {}, Settings())


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "10.0.0.1:22", "[::1]", "127.1"])
def test_an_address_that_is_not_public_is_a_failure_with_a_name(host: str) -> None:
    with pytest.raises(LmsUnavailable, match="AddressNotPublic"):
        an_unsigned_lms(is_local=False).post(f"https://{host}/", "msg_1", {}, Settings())


def test_an_answer_is_read_no_further_than_it_is_wanted() -> None:
    lms = an_unsigned_lms()
    with an_inbox() as inbox:
        inbox.status, inbox.body = 200, b"x" * 1000
        assert lms.post(inbox.url, "msg_1", {}, Settings()) == b""
        assert lms.post(inbox.url, "msg_1", {}, Settings(), most_bytes=1000) == b"x" * 1000
        with pytest.raises(LmsUnavailable, match="AnswerTooLong"):
            lms.post(inbox.url, "msg_1", {}, Settings(), most_bytes=999)


@contextmanager
def a_slow_lms(beginning: bytes) -> Iterator[str]:
    """The address of an LMS that sends a byte now and then after it began, and never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = threading.Event()

        def answer() -> None:
            with suppress(OSError), server.accept()[0] as caller:
                caller.recv(65536)
                caller.sendall(beginning)
                while not gone.wait(0.05):
                    caller.sendall(b"x")

        answering = threading.Thread(target=answer)
        answering.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        gone.set()
        answering.join()


@pytest.mark.parametrize(
    "beginning",
    [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b""],
    ids=["in its headers", "in its body", "from the first byte on"],
)
def test_whoever_answers_a_byte_at_a_time_does_not_answer(beginning: bytes) -> None:
    lms = replace(an_unsigned_lms(), most_seconds=0.3)
    with a_slow_lms(beginning) as url:
        began = time.monotonic()
        with pytest.raises(LmsUnavailable, match="AnswerTooSlow"):
            lms.post(url, "msg_1", {}, Settings(), most_bytes=10**7)
        assert time.monotonic() - began < 5


def test_a_fault_says_nothing_of_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="lectern")
    with pytest.raises(LmsUnavailable) as caught:
        an_unsigned_lms().post("http://127.0.0.1:9/secret-path?key=1", "msg_1", {}, Settings())
    assert "secret-path" not in f"{caught.value!r} {caught.value.__cause__} {caplog.text}"
