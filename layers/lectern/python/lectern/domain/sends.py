"""What was sent to Zoom of one address: how often today, and whether an answer is missing."""

from __future__ import annotations

from datetime import date

from lectern.domain.budget import REGISTRATIONS_A_DAY
from lectern.domain.model import DomainModel


class Sends(DomainModel):
    """The registrations of an address that were sent for one meeting on one day (UTC).

    Attributes:
        unanswered: Whether the last one was sent and nothing is known of what became of it.
    """

    zoom_id: str
    day: date
    count: int
    unanswered: bool = False

    @property
    def is_used_up(self) -> bool:
        """Whether Zoom takes no further registration of this address today."""
        return self.count >= REGISTRATIONS_A_DAY

    def sent(self) -> Sends:
        """One more is being sent."""
        return self.model_copy(update={"count": self.count + 1, "unanswered": True})

    def refused(self) -> Sends:
        """The last one was not taken, so it does not count."""
        return self.model_copy(update={"count": max(0, self.count - 1), "unanswered": False})

    def answered(self) -> Sends:
        """It is known what became of the last one."""
        return self.model_copy(update={"unanswered": False})


def sends_on(stored: Sends | None, zoom_id: str, day: date) -> Sends:
    """What counts today for a meeting: nothing of another day; an open answer stays open."""
    if stored is None or stored.zoom_id != zoom_id:
        return Sends(zoom_id=zoom_id, day=day, count=0)
    if stored.day != day:
        return stored.model_copy(update={"day": day, "count": 0})
    return stored
