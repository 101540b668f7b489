"""Who comes into a session and leaves it, and from when to when the session goes on."""

from __future__ import annotations

from lectern.attendance.live import Run
from lectern.domain.event import Phase
from lectern.domain.phase import phase_report
from lectern.domain.presence import Sighting
from lectern.webhooks.report import Report, Tools
from lectern.zoom.webhooks import WebhookParticipant


def began(tools: Tools, report: Report) -> None:
    """Notes that a run of the session began."""
    run, webhook = _run_of(report), report.webhook
    said = phase_report(Phase.LIVE, "", webhook.session.start_time, webhook.at)
    if run is not None and said is not None:
        tools.attendance.began(run, said.at)


def ended(tools: Tools, report: Report) -> None:
    """Notes that a run of the session ended, which asks for Zoom's report of it."""
    run, webhook = _run_of(report), report.webhook
    said = phase_report(Phase.ENDED, "", webhook.session.end_time, webhook.at)
    if run is not None and said is not None:
        tools.attendance.ended(run, webhook.session.start_time, said.at)


def joined(tools: Tools, report: Report) -> None:
    """Keeps that someone came."""
    participant, webhook = report.webhook.session.participant, report.webhook
    if participant is not None:
        came_at = participant.join_time or participant.date_time or webhook.at
        _see(tools, report, participant, Sighting(joined_at=came_at))


def left(tools: Tools, report: Report) -> None:
    """Keeps that someone went."""
    participant, webhook = report.webhook.session.participant, report.webhook
    if participant is not None:
        went_at = participant.leave_time or participant.date_time or webhook.at
        _see(tools, report, participant, Sighting(left_at=went_at))


def _see(tools: Tools, report: Report, participant: WebhookParticipant, sighting: Sighting) -> None:
    run = _run_of(report)
    connection = (
        participant.user_id
        or participant.participant_uuid
        or participant.registrant_id
        or participant.email
    )
    if run is None or not connection or sighting == Sighting():
        return
    who = sighting.of(
        registrant_id=participant.registrant_id,
        zoom_user=participant.id or participant.participant_user_id,
        email=participant.email,
        name=participant.user_name,
    )
    tools.attendance.seen(run, connection, who)


def _run_of(report: Report) -> Run | None:
    """Which run it is about; ``None`` where that is not said."""
    webhook = report.webhook
    if not webhook.session.id or not webhook.session.uuid:
        return None
    return Run(
        event_id=report.event_id,
        connection=report.connection,
        kind=webhook.kind,
        zoom_id=webhook.session.id,
        uuid=webhook.session.uuid,
    )
