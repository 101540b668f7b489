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


class Ration:
    """What forged traffic may ask for as well, and so gets no more than so much of.

    Args:
        most: How much there is at most at once.
        a_second: How much comes anew.
        clock: Epoch seconds.
    """

    def __init__(self, most: int, a_second: float, clock: Callable[[], float]) -> None:
        self._most = float(most)
        self._a_second = a_second
        self._clock = clock
        self._left = self._most
        self._taken_at = clock()

    def take(self) -> bool:
        """Takes one; ``False`` where none is left."""
        now = self._clock()
        earned = max(0.0, now - self._taken_at) * self._a_second
        self._left = min(self._most, self._left + earned)
        self._taken_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


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
        self._doubts = Ration(MOST_DOUBTS, DOUBTS_A_SECOND, clock)

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
        # What was replaced may be the present one again, where that was read a while ago.
        in_doubt = found is None or found.until is not None
        if in_doubt and known == self._read_at and self._doubts.take():
            self._refresh()
            found = self._found(signed)
        return found

    def _found(self, signed: Callable[[str], bool]) -> WebhookSecret | None:
        signers = [secret for secret in self.all() if signed(secret.key)]
        return signers[0] if signers else None

    def _refresh(self) -> None:
        self._secrets = read_secrets(self._read())
        self._read_at = self._clock()
