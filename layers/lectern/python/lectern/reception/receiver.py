"""Verifies what Zoom delivers, stores it, and only then answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lectern.domain.webhook_secrets import WebhookSecret
from lectern.reception import answers
from lectern.reception.answers import ProxyAnswer
from lectern.reception.known_secrets import KnownSecrets
from lectern.reception.request import Request, is_challenge, plain_token_of
from lectern.reception.signature import (
    answer_to_challenge,
    is_signed_by,
    is_timely,
    is_token_like,
)

MOST_BYTES = 1024 * 1024 - 1024
"""What SQS takes in one message (1 MiB), less what is stored beside the body."""


class Counted(StrEnum):
    """The metrics of the reception."""

    STORED = "WebhooksStored"
    NOT_SIGNED = "WebhooksNotSigned"
    UNREADABLE = "WebhooksUnreadable"
    CHALLENGE_MET = "ChallengesMet"
    CHALLENGE_FAILED = "ChallengesFailed"


class Inbox(Protocol):
    """Where deliveries wait to be worked off."""

    def put(self, connection: str, body: str) -> None:
        """Keeps a delivery of a connection; it is durable once this returns."""


@dataclass(frozen=True)
class Outcome:
    """What came of a request: the answer, and what it counts as, if it was a delivery at all."""

    answer: ProxyAnswer
    counted: Counted | None = None


class Receiver:
    """Answers the webhook addresses.

    Args:
        secrets: The secrets that deliveries may be signed with.
        inbox: Where deliveries are kept.
        clock: Epoch seconds.
    """

    def __init__(self, secrets: KnownSecrets, inbox: Inbox, clock: Callable[[], float]) -> None:
        self._secrets = secrets
        self._inbox = inbox
        self._clock = clock

    def receive(self, event: Mapping[str, Any]) -> Outcome:
        """Takes in what a proxy event holds.

        Raises:
            Exception: Secrets or queue could not be reached; Zoom is to be answered with a 5xx.
        """
        request = Request.of(event)
        if request.method != "POST":
            return Outcome(answers.wrong_method())
        if len(request.body) > MOST_BYTES:
            return Outcome(answers.too_large(MOST_BYTES))
        signer = self._secrets.signer(self._signed(request))
        content = request.content() if signer or request.may_be_challenge else None
        if content is not None and is_challenge(content):
            return self._meet(content, request, signer)
        if signer is None:
            return Outcome(answers.not_signed(), Counted.NOT_SIGNED)
        if content is None:
            # Zoom meant it, so it is not refused; but nothing can come of it.
            return Outcome(answers.taken(), Counted.UNREADABLE)
        self._inbox.put(signer.connection, request.body.decode())
        return Outcome(answers.taken(), Counted.STORED)

    def _signed(self, request: Request) -> Callable[[str], bool]:
        timely = is_timely(request.timestamp, self._clock())

        def is_by(key: str) -> bool:
            return timely and is_signed_by(key, request.timestamp, request.body, request.signature)

        return is_by

    def _meet(
        self, content: Mapping[str, Any], request: Request, signer: WebhookSecret | None
    ) -> Outcome:
        """Answers Zoom's challenge, with the key that signed it or else the first there is."""
        token = plain_token_of(content)
        secret = signer
        if secret is None and token is not None and is_token_like(token):
            secret = next(iter(self._secrets.all()), None)
        if token is None or secret is None:
            answer = answers.taken() if signer else answers.not_signed()
            return Outcome(answer, Counted.CHALLENGE_FAILED)
        # Zoom does not take the answer by another key than the one that it signed with.
        will_do = signer is not None or not request.signature
        return Outcome(
            answers.challenge_met(token, answer_to_challenge(secret.key, token)),
            Counted.CHALLENGE_MET if will_do else Counted.CHALLENGE_FAILED,
        )
