"""Zoom's webhooks but for the sending: who is told what, and when it is due.

Everything goes by the simulator's clock. The `WebhookSender` sends what is due and says how it
went.
Sources: Zoom's page on webhooks, 2026-02; what it leaves open is chosen in
``docs/zoom-simulator.md``.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from heapq import heappop, heappush
from http import HTTPStatus
from typing import Any

from zoom_simulator.account.seed import Plan, SubscriptionSeed, WebhooksSeed
from zoom_simulator.webhooks.faults import WebhookFaultKind, WebhookFaults
from zoom_simulator.webhooks.signing import Stamp, answers_challenge

CHALLENGE = "endpoint.url_validation"
RETRIES_AFTER = (timedelta(minutes=5), timedelta(minutes=25), timedelta(minutes=85))
"""When a delivery is tried again, from the first attempt on; after the last it is lost."""
VALIDATED_EVERY = timedelta(hours=72)
FAILURES_UNTIL_DISABLED = 6
OVERTAKEN_WITHIN = timedelta(minutes=1)
"""How long a reordered delivery waits for one that overtakes it."""

_EVENTS_OF_EVERY_PLAN = frozenset(
    f"meeting.{name}"
    for name in (
        "created",
        "started",
        "ended",
        "participant_joined",
        "participant_left",
        "recovered",
    )
)


def needed_scope(event: str) -> str:
    """The scope without which an app may not subscribe to an event."""
    kind, _, name = event.partition(".")
    subject = {"participant": "participant", "registration": "registrant"}
    return f"{kind}:read:{subject.get(name.partition('_')[0], kind)}:admin"


def is_sent(event: str, plan: Plan, scopes: list[str]) -> bool:
    """Whether Zoom sends an event with this plan and these scopes."""
    in_plan = plan != "free" or event in _EVENTS_OF_EVERY_PLAN
    return in_plan and needed_scope(event) in scopes


class DeliveryState(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"
    DROPPED = "dropped"


@dataclass(frozen=True)
class DeliveryReply:
    """What an endpoint answered."""

    status: int
    body: bytes = b""

    @property
    def accepts(self) -> bool:
        """Whether Zoom takes the delivery for received."""
        return self.status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}

    @property
    def is_final(self) -> bool:
        """Whether Zoom does not try again: 3xx and 4xx are as final as success."""
        return self.status < HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass
class Subscription:
    """An endpoint and the events that it is told.

    Attributes:
        events: Names, or patterns such as ``meeting.*``.
        next_validation_at: When the endpoint is challenged next.
        validated_at: When it last passed.
        failures: Challenges failed in a row; after six Zoom disables the subscription.
    """

    url: str
    events: tuple[str, ...]
    next_validation_at: datetime
    validated_at: datetime | None = None
    failures: int = 0

    @property
    def enabled(self) -> bool:
        """Whether events are sent to it."""
        return self.failures < FAILURES_UNTIL_DISABLED

    def wants(self, event: str) -> bool:
        """Whether it is told this event."""
        return any(fnmatchcase(event, pattern) for pattern in self.events)


@dataclass
class Attempt:
    """One try to deliver: when, by the simulator's clock, and the HTTP status if one came."""

    time: datetime
    status: int | None


@dataclass
class Delivery:
    """One event for one endpoint, with all the attempts to deliver it.

    Attributes:
        body: What is sent and signed, byte by byte.
        due_at: When it is to be tried next.
        stamp: Request id and time; the same at each attempt, unless retries are restamped.
        token: What a challenge asks to be signed.
        followers: Deliveries that this one overtakes.
    """

    sequence: int
    subscription: Subscription
    event: str
    body: bytes
    due_at: datetime
    stamp: Stamp
    token: str | None = None
    state: DeliveryState = DeliveryState.WAITING
    attempts: list[Attempt] = field(default_factory=list)
    followers: list[Delivery] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in {DeliveryState.WAITING, DeliveryState.SENDING}


class Webhooks:
    """The subscriptions of the app, and all deliveries to them.

    Attributes:
        faults: What goes wrong with deliveries to come.
        restamps: Whether each attempt has a time and request id of its own.
    """

    def __init__(self) -> None:
        self.faults = WebhookFaults()
        self.restamps = False
        self._subscriptions: list[Subscription] = []
        self._deliveries: dict[int, Delivery] = {}
        self._queue: list[tuple[datetime, int]] = []
        self._overtaken: list[Delivery] = []
        self._sequence = 0

    def configure(self, seed: WebhooksSeed, now: datetime) -> None:
        """Replace the subscriptions; deliveries that are under way go on."""
        self.restamps = seed.restamps
        self._subscriptions = [_subscription(each, now) for each in seed.subscriptions]

    def challenge_all(self, now: datetime) -> None:
        """Challenge every endpoint now, also one that was disabled."""
        for subscription in self._subscriptions:
            subscription.next_validation_at = now

    def publish(self, event: str, payload: dict[str, Any], now: datetime) -> None:
        """Have an event delivered to whoever subscribed to it."""
        body = _body(event, payload, now)
        for subscription in self._subscriptions:
            if subscription.enabled and subscription.wants(event):
                self._send(subscription, event, body, now)

    def take(self, now: datetime) -> Delivery | None:
        """The next delivery that is due; whoever takes it must `record` how it went."""
        self._challenge_due(now)
        while self._queue and self._queue[0][0] <= now:
            due_at, sequence = heappop(self._queue)
            delivery = self._deliveries.get(sequence)
            if delivery and delivery.state is DeliveryState.WAITING and delivery.due_at == due_at:
                delivery.state = DeliveryState.SENDING
                return delivery
        return None

    def next_due(self) -> datetime | None:
        """When there is something to do next."""
        times = [each.next_validation_at for each in self._subscriptions]
        return min([*times, *(due_at for due_at, _ in self._queue[:1])], default=None)

    def record(
        self, delivery: Delivery, reply: DeliveryReply | None, secret: str, now: datetime
    ) -> None:
        """Note how an attempt went; no reply is a network error, or one that came too late."""
        if self._deliveries.get(delivery.sequence) is not delivery:
            return  # the account was reset meanwhile
        delivery.attempts.append(Attempt(now, reply.status if reply else None))
        if delivery.token is not None:
            self._judge_challenge(delivery, delivery.token, reply, secret, now)
        elif reply and reply.is_final:
            delivery.state = DeliveryState.DELIVERED if reply.accepts else DeliveryState.REFUSED
        elif len(delivery.attempts) > len(RETRIES_AFTER):
            delivery.state = DeliveryState.LOST
        else:
            delay = RETRIES_AFTER[len(delivery.attempts) - 1]
            self._enqueue(delivery, delivery.attempts[0].time + delay)
        for follower in delivery.followers:
            if follower.state is DeliveryState.WAITING and not follower.attempts:
                self._enqueue(follower, now)
        delivery.followers.clear()

    def deliveries(self, since: int = 0) -> list[Delivery]:
        """The deliveries after the one with this number, oldest first."""
        return [each for each in self._deliveries.values() if each.sequence > since]

    def subscriptions(self) -> list[Subscription]:
        """The subscriptions, in the order in which they were made."""
        return list(self._subscriptions)

    def forget(self) -> None:
        """Empty the log of what is over."""
        self._deliveries = {
            number: each for number, each in self._deliveries.items() if not each.is_over
        }

    def _send(self, subscription: Subscription, event: str, body: bytes, now: datetime) -> None:
        struck = self.faults.strike(event)
        delivery = self._add(subscription, event, body, now + struck.delay)
        if WebhookFaultKind.DROP in struck.kinds:
            delivery.state = DeliveryState.DROPPED
            return
        if WebhookFaultKind.REORDER in struck.kinds:
            delivery.due_at += OVERTAKEN_WITHIN
            self._overtaken.append(delivery)
        else:
            self._overtake(delivery)
        self._enqueue(delivery, delivery.due_at)
        if WebhookFaultKind.DUPLICATE in struck.kinds:
            copy = self._add(subscription, event, body, delivery.due_at)
            copy.stamp = delivery.stamp
            self._enqueue(copy, copy.due_at)

    def _overtake(self, delivery: Delivery) -> None:
        """Have what waits to be overtaken at this endpoint go after this delivery."""
        here = [each for each in self._overtaken if each.subscription is delivery.subscription]
        self._overtaken = [each for each in self._overtaken if each not in here]
        delivery.followers += [each for each in here if not each.attempts]

    def _add(
        self,
        subscription: Subscription,
        event: str,
        body: bytes,
        due_at: datetime,
        token: str | None = None,
    ) -> Delivery:
        self._sequence += 1
        delivery = Delivery(
            self._sequence, subscription, event, body, due_at, Stamp.new(), token=token
        )
        self._deliveries[delivery.sequence] = delivery
        return delivery

    def _enqueue(self, delivery: Delivery, due_at: datetime) -> None:
        delivery.state = DeliveryState.WAITING
        delivery.due_at = due_at
        heappush(self._queue, (due_at, delivery.sequence))

    def _challenge_due(self, now: datetime) -> None:
        for subscription in self._subscriptions:
            if subscription.next_validation_at <= now:
                subscription.next_validation_at = now + VALIDATED_EVERY
                token = secrets.token_urlsafe(16)
                body = _body(CHALLENGE, {"plainToken": token}, now)
                self._enqueue(self._add(subscription, CHALLENGE, body, now, token), now)

    @staticmethod
    def _judge_challenge(
        delivery: Delivery, token: str, reply: DeliveryReply | None, secret: str, now: datetime
    ) -> None:
        passed = (
            reply is not None
            and reply.status == HTTPStatus.OK
            and answers_challenge(reply.body, token, secret)
        )
        delivery.state = DeliveryState.DELIVERED if passed else DeliveryState.REFUSED
        if passed:
            delivery.subscription.failures = 0
            delivery.subscription.validated_at = now
        else:
            delivery.subscription.failures += 1


def _subscription(seed: SubscriptionSeed, now: datetime) -> Subscription:
    first = now if seed.challenge else now + VALIDATED_EVERY
    return Subscription(seed.url, tuple(seed.events), first)


def _body(event: str, payload: dict[str, Any], now: datetime) -> bytes:
    event_ts = int(now.timestamp() * 1000)
    return json.dumps({"event": event, "event_ts": event_ts, "payload": payload}).encode()
