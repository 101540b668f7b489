"""Whether notifications have an address to be delivered to, asked once a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lectern.store.settings import SettingsStore

_COUNTS_FOR = timedelta(minutes=1)


@dataclass
class AddressKnown:
    """What is known of the address, for as long as a process lives.

    That there is one is remembered for a minute: who delivers looks again. That there is none is
    not, so that nothing is left out once there is one.

    Attributes:
        settings: Where it stands.
        now: The clock.
    """

    settings: SettingsStore
    now: Callable[[], datetime]
    _until: datetime | None = field(default=None, init=False)

    def __call__(self) -> bool:
        """Whether there is an address."""
        now = self.now()
        if self._until is not None and now < self._until:
            return True
        settings, _ = self.settings.get()
        is_there = settings.notifications.url is not None
        self._until = now + _COUNTS_FOR if is_there else None
        return is_there
