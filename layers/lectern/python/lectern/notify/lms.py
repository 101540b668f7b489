"""The way to the LMS: one POST, signed, of which nothing is taken for granted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import requests

from lectern.deadline import within
from lectern.domain.errors import LecternError
from lectern.domain.public_address import fault_of_callback
from lectern.domain.settings import Settings
from lectern.notify.pinned import AddressRefused
from lectern.notify.signature import signed_headers
from lectern.secret_store import SecretStore

_CONNECT_SECONDS, _READ_SECONDS = 5, 15
EXCHANGE_SECONDS = 18
"""How long the LMS has: less than any function that waits for it."""
_TOOK_IT = range(200, 300)


class LmsUnavailable(LecternError):
    """The LMS did not take a request, or its answer cannot be used.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
        cause: What went wrong on the way, such as ``ReadTimeout``.
    """

    def __init__(self, *, status: int = 0, cause: str = "") -> None:
        super().__init__(cause or f"HTTP {status}")
        self.status = status
        self.cause = cause


class SigningSecret:
    """The secret that requests are signed with, read again when it was changed.

    Args:
        secrets: Where it is kept.
    """

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._read: tuple[datetime, str | None] | None = None

    def of(self, settings: Settings) -> str | None:
        """The secret that belongs to these settings; ``None`` where none is set."""
        changed_at = settings.notifications.secret_changed_at
        if changed_at is None:
            return None
        if self._read is None or self._read[0] != changed_at:
            self._read = changed_at, self._secrets.notification_secret()
        return self._read[1]


@dataclass(frozen=True)
class Lms:
    """The LMS as it is called.

    Attributes:
        session: A pooled session, which connects to public addresses alone.
        secret: What requests are signed with.
        now: The clock.
        is_local: Whether ``http`` on loopback is an address to call.
        most_seconds: How long a request may take with its whole answer.
    """

    session: requests.Session
    secret: SigningSecret
    now: Callable[[], datetime]
    is_local: bool
    most_seconds: float = EXCHANGE_SECONDS

    def post(
        self,
        url: str,
        identifier: str,
        content: Mapping[str, Any],
        settings: Settings,
        *,
        most_bytes: int = 0,
    ) -> bytes:
        """Sends JSON, and reads no more of the answer than is wanted.

        Args:
            url: Where to.
            identifier: The same whenever this is sent again.
            content: What can be written as JSON.
            settings: The platform's settings, which the secret belongs to.
            most_bytes: How long the answer may be; 0 where it is not read.

        Returns:
            The answer's body, as far as it is read.

        Raises:
            LmsUnavailable: The LMS did not take it; redirects are not followed.
        """
        if fault_of_callback(url, is_local=self.is_local):
            raise LmsUnavailable(cause="UnsafeAddress")
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed_headers(self.secret.of(settings), identifier, self.now(), body)
        exchange = partial(self._exchange, url, body, headers, most_bytes)
        try:
            return within(self.most_seconds, exchange)
        except TimeoutError:
            raise LmsUnavailable(cause="AnswerTooSlow") from None

    def _exchange(
        self, url: str, body: bytes, headers: Mapping[str, str], most_bytes: int
    ) -> bytes:
        try:
            with self.session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", "User-Agent": "Lectern", **headers},
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code not in _TOOK_IT:
                    raise LmsUnavailable(status=answer.status_code)
                return self._read(answer, most_bytes)
        except AddressRefused:
            raise LmsUnavailable(cause="AddressNotPublic") from None
        except requests.RequestException as error:
            # Its text has the address; its name is all that is told of it.
            raise LmsUnavailable(cause=type(error).__name__) from None

    def _read(self, answer: requests.Response, most_bytes: int) -> bytes:
        if not most_bytes:
            return b""
        content = b""
        for chunk in answer.iter_content(chunk_size=64 * 1024):
            content += chunk
            if len(content) > most_bytes:
                raise LmsUnavailable(cause="AnswerTooLong")
        return content
