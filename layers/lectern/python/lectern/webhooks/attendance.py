"""Who comes into a session and leaves it, and from when to when the session goes on."""

from __future__ import annotations

from lectern.attendance.live import Run
from lectern.domain.attendance.presence import Sighting
from lectern.domain.event import Phase
from lectern.domain.phase import phase_report
from lectern.webhooks.report import ReportedEvent, WebhookDependencies
from lectern.zoom.webhooks import WebhookParticipant


def began(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Notes that a run of the session began."""
    run, webhook = _run_of(report), report.webhook
    said = phase_report(Phase.LIVE, "", webhook.session.start_time, webhook.at)
    if run is not None and said is not None:
        dependencies.attendance.began(run, said.at)


def ended(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Notes that a run of the session ended, which asks for Zoom's report of it."""
    run, webhook = _run_of(report), report.webhook
    said = phase_report(Phase.ENDED, "", webhook.session.end_time, webhook.at)
    if run is not None and said is not None:
        dependencies.attendance.ended(run, webhook.session.start_time, said.at)


def joined(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Keeps that someone came."""
    participant, webhook = report.webhook.session.participant, report.webhook
    if participant is not None:
        came_at = participant.join_time or participant.date_time or webhook.at
        _see(dependencies, report, participant, Sighting(joined_at=came_at))


def left(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Keeps that someone went."""
    participant, webhook = report.webhook.session.participant, report.webhook
    if participant is not None:
        went_at = participant.leave_time or participant.date_time or webhook.at
        _see(dependencies, report, participant, Sighting(left_at=went_at))


def _see(
    dependencies: WebhookDependencies,
    report: ReportedEvent,
    participant: WebhookParticipant,
    sighting: Sighting,
) -> None:
    run = _run_of(report)
    stay = (
        participant.user_id
        or participant.participant_uuid
        or participant.registrant_id
        or participant.email
    )
    if run is None or not stay or sighting == Sighting():
        return
    who = sighting.of(
        registrant_id=participant.registrant_id,
        zoom_user=participant.id or participant.participant_user_id,
        email=participant.email,
        name=participant.user_name,
    )
    dependencies.attendance.seen(run, stay, who)


def _run_of(report: ReportedEvent) -> Run | None:
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
