"""The webhook secrets as this process knows them: read seldom, and anew when none fits."""

from __future__ import annotations

from collections.abc import Callable

from lectern.domain.webhook_secrets import WebhookSecret, read_secrets

FRESH_SECONDS = 60.0
"""How long what was read counts without a reason to doubt it."""

MOST_DOUBTS = 20
DOUBTS_A_SECOND = 2.0
"""A signature that no secret made is a reason to read anew: the secret may have been replaced a
moment ago. Forged traffic is one too, so that doubts are rationed in each process."""


class KnownSecrets:
    """Finds the secret that signed something.

    Args:
        read: Reads the stored secrets.
        clock: Epoch seconds.
    """

    def __init__(self, read: Callable[[], str | None], clock: Callable[[], float]) -> None:
        self._read = read
        self._clock = clock
        self._secrets: tuple[WebhookSecret, ...] = ()
        self._read_at: float | None = None
        self._doubts = float(MOST_DOUBTS)
        self._doubted_at = clock()

    def all(self) -> tuple[WebhookSecret, ...]:
        """Every secret that counts now, the present ones first."""
        now = self._clock()
        if self._read_at is None or not 0 <= now - self._read_at < FRESH_SECONDS:
            self._refresh()
        return tuple(secret for secret in self._secrets if secret.counts_at(now))

    def signer(self, signed: Callable[[str], bool]) -> WebhookSecret | None:
        """The secret by which something is signed; ``None`` if it is by none.

        Args:
            signed: Whether it is signed by a key. Asked of every key, so that the time which that
                takes tells nothing.
        """
        known = self._read_at
        found = self._found(signed)
        if found is None and known == self._read_at and self._may_doubt():
            self._refresh()
            found = self._found(signed)
        return found

    def _found(self, signed: Callable[[str], bool]) -> WebhookSecret | None:
        signers = [secret for secret in self.all() if signed(secret.key)]
        return signers[0] if signers else None

    def _refresh(self) -> None:
        self._secrets = read_secrets(self._read())
        self._read_at = self._clock()

    def _may_doubt(self) -> bool:
        now = self._clock()
        earned = max(0.0, now - self._doubted_at) * DOUBTS_A_SECOND
        self._doubts = min(float(MOST_DOUBTS), self._doubts + earned)
        self._doubted_at = now
        if self._doubts < 1:
            return False
        self._doubts -= 1
        return True
