"""Sessions that begin and end."""

from __future__ import annotations

from lectern.domain.event import Phase
from lectern.domain.people.moderation import concerns_moderation
from lectern.domain.phase import PhaseReport, phase_report, tells_news
from lectern.store.table import WriteConflict
from lectern.webhooks.report import ReportedEvent, WebhookDependencies


def started(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Notes that a session of the event is live."""
    webhook = report.webhook
    instance = webhook.session.uuid or ""
    _note(
        dependencies,
        report,
        phase_report(Phase.LIVE, instance, webhook.session.start_time, webhook.at),
    )


def ended(dependencies: WebhookDependencies, report: ReportedEvent) -> None:
    """Notes that the session of the event is over."""
    webhook = report.webhook
    instance = webhook.session.uuid or ""
    _note(
        dependencies,
        report,
        phase_report(Phase.ENDED, instance, webhook.session.end_time, webhook.at),
    )


def _note(
    dependencies: WebhookDependencies, report: ReportedEvent, said: PhaseReport | None
) -> None:
    while said is not None:
        event = dependencies.events.get(report.event_id)
        if event is None or event.meeting is None:
            return
        is_present = event.meeting.zoom_id == report.webhook.session.id
        if not is_present or not tells_news(said, event):
            return
        try:
            dependencies.events.record_phase(event, said.phase, said.at, said.instance)
        except WriteConflict:
            continue
        if concerns_moderation(said, event):
            dependencies.events.request_sync(event.event_id, dependencies.now())
        return
