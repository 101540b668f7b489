"""Deliveries of an event are asked for in the order of their numbers, each once, whatever happens.

Whoever writes and asks may be stopped at any write and at any message, and is given the changes
again: all of them, halves, or those from the one on that failed, a moment or an hour later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast

import boto3
import pytest
from moto import mock_aws

from lectern.domain.notifications import Notification, NotificationType
from lectern.notify.bell import Bell
from lectern.notify.outbox_writer import OutboxWriter
from lectern.notify.queue import DeliveryQueue, position_in
from lectern.store import outbox_keys
from lectern.store.outbox import OutboxStore
from lectern.store.outbox_items import PAGE, OutboxEntry
from lectern.store.table import Change
from lectern_testing.aws.invocations import Invocations
from lectern_testing.aws.watched import Stopped, Watched
from lectern_testing.on_stage.dispatcher import Fifo
from lectern_testing.table import make_table

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
MOST_EFFECTS = 40
REGISTERED, READY = NotificationType.ENROLLMENT_REGISTERED, NotificationType.EVENT_READY


class Made(NamedTuple):
    """A change, and what it tells."""

    number: int
    told: tuple[Notification, ...]

    @property
    def name(self) -> str:
        return f"change {self.number}"


def of_event(number: int, *once: str, event_id: str = "ev-1") -> Made:
    """A change of an event that tells something of each of these occurrences."""
    return Made(
        number, tuple(Notification(type=READY, event_id=event_id, once=name) for name in once)
    )


def of_person(number: int, event_id: str = "ev-1") -> Made:
    """A change of a person, who is registered by it."""
    user_id = f"u-{number}"
    return Made(number, (Notification(type=REGISTERED, event_id=event_id, user_id=user_id),))


class Shard:
    """One shard of the table's stream, and the dispatcher that works it off.

    Attributes:
        moment: The time.
        before: What happens before each write and each message.
    """

    def __init__(self, table: Watched) -> None:
        self.moment = NOON
        self.table = table
        self.fifo, self.woken = Fifo(lambda: self.moment), Invocations()
        self.outbox = OutboxStore(table, lambda _seconds: None)
        self.before: Callable[[str], None] = lambda _: None
        send, table.before = self.fifo.send_message, lambda _: self.before("write")

        def noted_send(**said: str) -> None:
            self.before("send")
            send(**said)

        self.fifo.send_message = noted_send  # type: ignore[method-assign]

    def work(
        self, made: Sequence[Made], failed: Collection[str] = (), aside: Collection[str] = ()
    ) -> str | None:
        """What one invocation does; the change from which on its deliveries have to come again."""
        fifo, woken = cast("Any", self.fifo), cast("Any", self.woken)
        queue = DeliveryQueue(fifo, "queue", Bell(lambda: woken, "notify_lms"))
        news = OutboxWriter(self.outbox, queue, lambda: True, lambda: self.moment)
        for each in made:
            news.tell(each.name, each.number, each.told)
        news.write()
        return news.queue(failed, aside)

    def another_tells(self) -> None:
        """Another shard's dispatcher takes a number in between."""
        self.work([of_event(900, "of another", event_id="ev-9")])

    def written(self, event_id: str = "ev-1") -> list[int]:
        """The numbers of the event's notifications, as ``GET /v1/changes`` has them."""
        entries: list[OutboxEntry] = []
        late = self.moment + timedelta(minutes=1)
        while page := self.outbox.page(entries[-1].position if entries else None, 50, late):
            entries += page
        return [each.position.number for each in entries if each.notification.event_id == event_id]

    def asked(self, event_id: str = "ev-1") -> list[int]:
        """The numbers of those whose deliveries were asked for, in the order of the queue."""
        pages = [self.outbox.read(position_in(body)) for body in self.fifo.bodies]
        return [
            each.position.number
            for page in pages
            if page
            for each in page.entries
            if each.notification.event_id == event_id
        ]

    def is_in_order(self, *event_ids: str) -> bool:
        """Whether what is written of each event was asked for, in its order, and once."""
        return all(self.asked(each) == self.written(each) for each in event_ids or ("ev-1",))


@pytest.fixture
def shard() -> Iterator[Shard]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        yield Shard(Watched(client, make_table(client)))


BATCHES: dict[str, list[Made]] = {
    "one of an event": [of_event(1, "a")],
    "one of a person": [of_person(1)],
    "two of one change": [of_event(1, "a", "b")],
    "two of a change after a person": [of_person(1), of_event(2, "a", "b")],
    "people around an event": [of_person(1), of_person(2), of_event(3, "a"), of_person(4)],
    "two events": [of_person(1), of_event(2, "a", event_id="ev-2"), of_person(3), of_event(4, "b")],
    "more people than an item takes": [of_person(n) for n in range(1, PAGE + 4)],
}
LATER = [of_event(101, "later"), of_person(102), of_person(103, event_id="ev-2")]
AGAIN: dict[str, Callable[[list[Made]], list[list[Made]]]] = {
    "as a whole": lambda made: [made],
    "one by one": lambda made: [[each] for each in made],
    "in halves": lambda made: [made[: len(made) // 2], made[len(made) // 2 :]],
    "with what came since": lambda made: [[*made, *LATER]],
}


def at_each_effect(shard: Shard, happens: Callable[[], None]) -> Iterator[int]:
    """Has something happen before each write and message in turn, of a table that is anew."""
    for point in range(1, MOST_EFFECTS):
        _forget_everything(shard)
        happened: list[int] = []
        done = 0

        def interfere(_: str, point: int = point, happened: list[int] = happened) -> None:
            nonlocal done
            done += 1
            if done == point:
                happened.append(point)
                shard.before = lambda _: None
                happens()

        shard.before = interfere
        yield point
        if not happened:
            return
    raise AssertionError(MOST_EFFECTS)


def _forget_everything(shard: Shard) -> None:
    table = shard.table
    shard.before = lambda _: None
    for item in table._client.scan(TableName=table._name)["Items"]:
        table._client.delete_item(TableName=table._name, Key={"PK": item["PK"], "SK": item["SK"]})
    shard.fifo.bodies.clear()
    shard.fifo._known.clear()


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize("batch", BATCHES)
def test_who_is_stopped_anywhere_and_comes_again_asks_for_each_once_in_order(
    shard: Shard, batch: str, again: str
) -> None:
    def stop() -> None:
        raise Stopped

    made = BATCHES[batch]
    points = 0
    for points in at_each_effect(shard, stop):
        try:
            shard.work(made)
        except Stopped:
            shard.another_tells()
        shard.before = lambda _: None
        # Lambda does not know how far it came, or that it came to the end.
        for part in AGAIN[again](made):
            shard.work(part)
        shard.work(LATER)
        assert shard.is_in_order("ev-1", "ev-2"), points
        told = [each for change in [*made, *LATER] for each in change.told]
        assert len(shard.written()) + len(shard.written("ev-2")) == len(told)
    assert points >= 4


@pytest.mark.parametrize("batch", BATCHES)
def test_what_the_queue_does_not_take_for_an_hour_is_asked_for_then_and_nothing_twice(
    shard: Shard, batch: str
) -> None:
    made, refusals = BATCHES[batch], 0
    while True:
        _forget_everything(shard)
        refusals += 1
        left = refusals

        def refuse(effect: str) -> None:
            nonlocal left
            left -= effect == "send"
            if effect == "send" and not left:
                raise ConnectionError

        shard.before = refuse
        stuck = shard.work(made)
        if left > 0:
            assert stuck is None
            break
        shard.before = lambda _: None
        shard.moment += timedelta(hours=1)
        shard.work([each for each in made if stuck and each.number >= int(stuck.split()[1])])
        shard.work(LATER)
        assert shard.is_in_order("ev-1", "ev-2"), refusals
    assert refusals > 1


@pytest.mark.parametrize("batch", BATCHES)
def test_what_follows_a_change_that_fails_for_an_hour_waits_and_nothing_comes_twice(
    shard: Shard, batch: str
) -> None:
    made = BATCHES[batch]
    for first in range(len(made)):
        _forget_everything(shard)
        failing = {each.name for each in made[first:]}
        assert shard.work(made, failing) is None
        asked_before = shard.asked()
        for _ in range(3):
            shard.moment += timedelta(hours=1)
            shard.work(made[first:], failing)
            assert shard.asked() == asked_before
        shard.work([*made[first:], *LATER])
        assert shard.is_in_order("ev-1", "ev-2"), first


def test_what_one_change_told_is_not_asked_for_by_another_that_tells_the_same(
    shard: Shard,
) -> None:
    shard.work([of_event(1, "a"), of_person(2), of_event(3, "a")])
    for hour in range(1, 4):
        shard.moment = NOON + timedelta(hours=hour)
        shard.work([of_event(10 * hour, "a"), of_person(10 * hour + 1)])
        shard.work([of_event(10 * hour + 2, "a")])
    assert shard.is_in_order()
    assert len(shard.asked()) == 5


def test_what_was_put_aside_is_asked_for_once_though_it_is_given_back_a_day_later(
    shard: Shard,
) -> None:
    made = [of_person(1), of_event(2, "a", "b"), of_person(3)]
    shard.work(made, aside={"change 2"})
    shard.moment += timedelta(days=1)
    shard.work([made[1]])
    assert shard.is_in_order()


def test_what_was_never_written_is_asked_for_when_it_is_given_back(shard: Shard) -> None:
    shard.work([of_person(1), of_event(3, "a")])
    shard.moment += timedelta(days=1)
    shard.work([of_event(2, "b"), of_person(4)])
    assert shard.is_in_order()
    assert len(shard.asked()) == 4


def test_one_that_cannot_be_read_any_more_holds_up_nobody(shard: Shard) -> None:
    made = [of_event(1, "a"), of_event(2, "b")]
    shard.work(made, failed={"change 1", "change 2"})
    [first, _] = shard.outbox.page(None, 9, shard.moment + timedelta(minutes=1))
    where = outbox_keys.outbox_entry(first.position.day, first.position.number)
    shard.table.update(where, Change(set={"notification": "of a later release"}))
    assert shard.work(made) is None
    assert shard.asked() == [2]
