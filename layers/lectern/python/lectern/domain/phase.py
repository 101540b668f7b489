"""Where an event is in its life, by the time at which Zoom says that it happened."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.event import Event, Phase
from lectern.domain.model import DomainModel, Instant


class PhaseReport(DomainModel):
    """Zoom's news that a session began or ended.

    Attributes:
        phase: ``live`` for one that began, ``ended`` for one that is over.
        at: When that happened.
        instance: Zoom's UUID of the session; a meeting that is started again has another.
    """

    phase: Phase
    at: Instant
    instance: str


def phase_report(
    phase: Phase, instance: str, said: datetime | None, known: datetime | None
) -> PhaseReport | None:
    """The report of an event of Zoom; ``None`` if it does not say when.

    Args:
        phase: What the event reports.
        instance: The session's UUID.
        said: When it happened, as the session's own start or end says.
        known: When Zoom came to know of it; nothing happened later than that.
    """
    moments = [moment for moment in (said, known) if moment is not None]
    return PhaseReport(phase=phase, at=min(moments), instance=instance) if moments else None


def tells_news(report: PhaseReport, event: Event) -> bool:
    """Whether a report says something newer than what is known.

    Reports come late and in any order: an older start never undoes an end. Of one session the end
    is always newer than the start; of two, one may begin in the second in which the other ends.
    """
    if event.phase_at is None or report.at > event.phase_at:
        return True
    if report.phase is event.phase:
        return False
    if report.instance == event.instance:
        return report.phase is Phase.ENDED
    return report.phase is Phase.LIVE and report.at == event.phase_at
