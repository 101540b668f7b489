"""The count of requests to Zoom about one address: how many today, and is an answer missing."""

from __future__ import annotations

from datetime import date, datetime

from lectern.domain.limits.budget import REGISTRATIONS_A_DAY, STATUS_CHANGES_A_DAY
from lectern.domain.model import DomainModel, Instant


class DailyAttempts(DomainModel):
    """The requests about an address for one meeting on one day (UTC).

    Attributes:
        count: The registrations.
        unanswered: Whether the last one was sent and nothing is known of what became of it.
        status_changes: The changes of its registrant's status.
        closed_until: Until when Zoom said that it takes no further registration; Lectern need not
            have made those that it counts.
        status_closed_until: The same of changes of the registrant's status.
    """

    zoom_id: str
    day: date
    count: int
    unanswered: bool = False
    status_changes: int = 0
    closed_until: Instant | None = None
    status_closed_until: Instant | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether Zoom takes no further registration of this address today."""
        return self.count >= REGISTRATIONS_A_DAY or self.closed_until is not None

    @property
    def keeps_its_status(self) -> bool:
        """Whether Zoom takes no further change of this registrant's status today."""
        return self.status_changes >= STATUS_CHANGES_A_DAY or self.status_closed_until is not None

    def at(self, now: datetime) -> DailyAttempts:
        """Without what Zoom said for a time that is over."""
        times = {"closed_until": self.closed_until, "status_closed_until": self.status_closed_until}
        over = {name: None for name, until in times.items() if until and until <= now}
        return self.model_copy(update=over) if over else self

    def sent(self) -> DailyAttempts:
        """One more is being sent."""
        return self.model_copy(update={"count": self.count + 1, "unanswered": True})

    def refused(self) -> DailyAttempts:
        """The last one was not taken, so it does not count."""
        return self.model_copy(update={"count": max(0, self.count - 1), "unanswered": False})

    def closed(self, until: datetime) -> DailyAttempts:
        """Zoom said that it takes no further registration before then."""
        return self.refused().model_copy(update={"closed_until": until})

    def answered(self) -> DailyAttempts:
        """It is known what became of the last one."""
        return self.model_copy(update={"unanswered": False})

    def status_sent(self) -> DailyAttempts:
        """One more change of the status is being sent."""
        return self.model_copy(update={"status_changes": self.status_changes + 1})

    def status_refused(self) -> DailyAttempts:
        """The last change of the status was not taken, so it does not count."""
        return self.model_copy(update={"status_changes": max(0, self.status_changes - 1)})

    def status_closed(self, until: datetime) -> DailyAttempts:
        """Zoom said that it takes no further change of the status before then."""
        return self.status_refused().model_copy(update={"status_closed_until": until})


def attempts_on(stored: DailyAttempts | None, zoom_id: str, day: date) -> DailyAttempts:
    """The attempts of today for a meeting: none of another day; an open answer stays open."""
    if stored is None or stored.zoom_id != zoom_id:
        return DailyAttempts(zoom_id=zoom_id, day=day, count=0)
    if stored.day != day:
        return stored.model_copy(update={"day": day, "count": 0, "status_changes": 0})
    return stored
