"""Verifies what Zoom delivers, stores it, and only then answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lectern.domain.trials import SIGNED_OTHERWISE, note_of_trial
from lectern.domain.webhook_secrets import WebhookSecret
from lectern.inbox import DoesNotFit
from lectern.webhook_intake import answers
from lectern.webhook_intake.answers import ProxyAnswer
from lectern.webhook_intake.known_secrets import KnownSecrets, Ration
from lectern.webhook_intake.request import SignedRequest, is_challenge, plain_token_of
from lectern.webhook_intake.signature import (
    answer_to_challenge,
    is_signed_by,
    is_timely,
    is_token_like,
)

MOST_BYTES = 1024 * 1024 - 1024
"""As much as is looked at: what is stored has to be smaller still, but is so once it is packed."""

MOST_NOTES = 20
NOTES_A_SECOND = 1.0
"""How much of what nobody vouches for is passed on by each process."""


class IntakeMetric(StrEnum):
    """The metrics of the reception."""

    STORED = "WebhooksStored"
    NOT_SIGNED = "WebhooksNotSigned"
    UNREADABLE = "WebhooksUnreadable"
    CHALLENGE_MET = "ChallengesMet"
    CHALLENGE_FAILED = "ChallengesFailed"


class Inbox(Protocol):
    """Where deliveries wait to be worked off."""

    def put(self, connection: str, body: bytes) -> None:
        """Keeps a delivery of a connection; it is durable once this returns.

        Raises:
            DoesNotFit: It is too large.
        """


@dataclass(frozen=True)
class IntakeResult:
    """The answer to a request, and what it counts as, if it was a delivery at all."""

    answer: ProxyAnswer
    counted: IntakeMetric | None = None


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
        self._notes = Ration(MOST_NOTES, NOTES_A_SECOND, clock)

    def receive(self, event: Mapping[str, Any]) -> IntakeResult:
        """Takes in what a proxy event holds.

        Raises:
            Exception: Secrets or inbox could not be reached; Zoom is to be answered with a 5xx.
        """
        request = SignedRequest.of(event)
        if request.method != "POST":
            return IntakeResult(answers.wrong_method())
        if len(request.body) > MOST_BYTES:
            return IntakeResult(answers.too_large())
        signer = self._secrets.signer(self._signed(request))
        content = request.content() if signer or request.may_be_challenge else None
        if content is not None and is_challenge(content):
            return self._meet(content, request, signer)
        if content is not None and (signer is None or signer.until is not None):
            self._note_trial(content)
        if signer is None:
            return IntakeResult(answers.not_signed(), IntakeMetric.NOT_SIGNED)
        if content is None:
            # Zoom meant it, so it is not refused; but nothing can come of it.
            return IntakeResult(answers.taken(), IntakeMetric.UNREADABLE)
        try:
            self._inbox.put(signer.connection, request.body)
        except DoesNotFit:
            return IntakeResult(answers.too_large())
        return IntakeResult(answers.taken(), IntakeMetric.STORED)

    def _note_trial(self, content: Mapping[str, Any]) -> None:
        """Has a self-test told that a delivery of its trial session has no present secret's sign.

        All that is passed on is which session that was.
        """
        note = note_of_trial(content)
        if note is not None and self._notes.take():
            self._inbox.put(SIGNED_OTHERWISE, json.dumps(note).encode())

    def _signed(self, request: SignedRequest) -> Callable[[str], bool]:
        timely = is_timely(request.timestamp, self._clock())

        def is_by(key: str) -> bool:
            return timely and is_signed_by(key, request.timestamp, request.body, request.signature)

        return is_by

    def _meet(
        self, content: Mapping[str, Any], request: SignedRequest, signer: WebhookSecret | None
    ) -> IntakeResult:
        """Answers Zoom's challenge, with the key that signed it or else the first there is."""
        token = plain_token_of(content)
        secret = signer
        if secret is None and token is not None and is_token_like(token):
            secret = next(iter(self._secrets.all()), None)
        if token is None or secret is None:
            answer = answers.taken() if signer else answers.not_signed()
            return IntakeResult(answer, IntakeMetric.CHALLENGE_FAILED)
        # Zoom does not take the answer by another key than the one that it signed with.
        will_do = signer is not None or not request.signature
        return IntakeResult(
            answers.challenge_met(token, answer_to_challenge(secret.key, token)),
            IntakeMetric.CHALLENGE_MET if will_do else IntakeMetric.CHALLENGE_FAILED,
        )
