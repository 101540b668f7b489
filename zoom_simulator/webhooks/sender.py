"""Sends Zoom's webhooks: over HTTP in the background, or to a function of a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TypeAlias

import requests

from zoom_simulator.account.sessions import empty_bin
from zoom_simulator.webhooks.signing import Stamp
from zoom_simulator.webhooks.subscriptions import Delivery, DeliveryReply
from zoom_simulator.world import World

TIMEOUT_SECONDS = 3.0
AT_ONCE = 8

Post: TypeAlias = Callable[[str, Mapping[str, str], bytes], DeliveryReply]
"""Takes a delivery to a URL, with its headers and body; raises `OSError` if nobody answers."""


class WebhookSender:
    """Takes what is due to those who subscribed, and never holds the world's lock meanwhile.

    Args:
        world: The simulated account.
        post: How a delivery gets to its endpoint.
        epoch: The seconds of the epoch that deliveries are stamped with: those of whoever checks
            the stamps.
    """

    def __init__(self, world: World, post: Post, epoch: Callable[[], float] = time.time) -> None:
        self._world = world
        self._post = post
        self._epoch = epoch
        self._sending = 0
        self._closed = False

    def deliver_due(self) -> int:
        """Deliver, one after the other, all that is due, and what becomes due by that.

        Returns:
            How many attempts were made.
        """
        with self._world.lock:
            empty_bin(self._world)
        attempts = 0
        while (delivery := self._take()) is not None:
            self._attempt(delivery)
            attempts += 1
        return attempts

    def run(self) -> None:
        """Deliver what is due, several at once, until closed."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="zoom-webhook") as pool:
            while (delivery := self._await()) is not None:
                pool.submit(self._attempt_one_of_many, delivery)

    def close(self) -> None:
        """Have `run` return after the deliveries that are under way."""
        with self._world.lock:
            self._closed = True
            self._world.changed.notify_all()

    def _take(self) -> Delivery | None:
        with self._world.lock:
            return self._world.webhooks.take(self._world.now())

    def _await(self) -> Delivery | None:
        """The next delivery, once it is due; ``None`` when closed."""
        world = self._world
        with world.lock:
            while not self._closed:
                empty_bin(world)
                if self._sending >= AT_ONCE:
                    world.changed.wait()
                elif (delivery := world.webhooks.take(world.now())) is not None:
                    self._sending += 1
                    return delivery
                else:
                    world.changed.wait(self._seconds_to_wait())
            return None

    def _seconds_to_wait(self) -> float | None:
        next_due = self._world.webhooks.next_due()
        return (next_due - self._world.now()).total_seconds() if next_due else None

    def _attempt_one_of_many(self, delivery: Delivery) -> None:
        try:
            self._attempt(delivery)
        finally:
            with self._world.lock:
                self._sending -= 1
                self._world.changed.notify_all()

    def _attempt(self, delivery: Delivery) -> None:
        world = self._world
        with world.lock:
            webhooks = world.webhooks
            secret = world.seed.credentials.webhook_secret_token
            if webhooks.restamps:
                delivery.stamp = Stamp.new()
            headers = delivery.stamp.headers(delivery.body, secret, self._epoch())
        reply = self._reply(delivery, headers)
        with world.lock:
            webhooks.record(delivery, reply, secret, world.now())

    def _reply(self, delivery: Delivery, headers: Mapping[str, str]) -> DeliveryReply | None:
        try:
            return self._post(delivery.subscription.url, headers, delivery.body)
        except OSError:
            return None


class HttpPost:
    """Takes deliveries to their endpoints over HTTP, and follows no redirect.

    Args:
        timeout: How many seconds an endpoint has to answer.
    """

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> DeliveryReply:
        """Take one delivery there.

        Raises:
            OSError: if nobody answers in time.
        """
        answer = self._session.post(
            url, data=body, headers=dict(headers), timeout=self._timeout, allow_redirects=False
        )
        return DeliveryReply(answer.status_code, answer.content)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


class BackgroundSender:
    """A sender over HTTP in a thread of its own, until it is closed."""

    def __init__(self, world: World) -> None:
        self._post = HttpPost()
        self._sender = WebhookSender(world, self._post)
        self._thread = Thread(target=self._sender.run, name="zoom-sender", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the deliveries that are under way."""
        self._sender.close()
        self._thread.join()
        self._post.close()
