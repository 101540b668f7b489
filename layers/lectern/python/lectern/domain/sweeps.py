"""When the sweeps turn to an event, as pure rules.

The background sweep comes back to what nobody is at work on any more, and verifies what was last
read from Zoom a while ago. The pre-event sweep brings an event up to date shortly before it starts,
at each of the lead times of the settings, once for each of them and each version of the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from lectern.domain.event import Event, LeadTime, SyncState
from lectern.domain.limits.retries import may_pass, pause_after_failures
from lectern.domain.problems import EventProblem
from lectern.domain.settings import Settings

AT_WORK = frozenset({SyncState.PENDING, SyncState.SYNCING})
"""Where those stand who wait for an execution, or have one at work: these few are all looked at by
each background sweep, so that to ask for work costs nothing of what the sweep goes by."""

QUIET = timedelta(minutes=5)
"""How long nothing may happen before the sweep thinks that nothing will."""

RETRY_FAILED = timedelta(minutes=30)
"""How often what failed for want of a person is tried again by itself."""

TRIED_AFTER_THE_END = timedelta(days=7)
"""For how long a failure is tried again once the event should be over."""

_CHEAP_TO_RETRY = frozenset(
    {
        EventProblem.HOST_NOT_IN_ZOOM,
        EventProblem.WEBINAR_NOT_LICENSED,
        EventProblem.CAPACITY_REACHED,
        EventProblem.CREDENTIALS_INVALID,
        EventProblem.SCOPE_MISSING,
    }
)
"""Found by a read before anything is counted against a host, so each sweep tries them again."""

_CHEAP_WITHOUT_MEETING = frozenset({EventProblem.HOST_NOT_LICENSED})
"""Found by a read as well as long as nothing was made; later, Zoom may have refused a change."""

PEOPLE_AT_ONCE = 500
"""How many people the LMS is asked about at once, before an event starts."""

_NEARNESS = ((timedelta(days=1), 1), (timedelta(days=7), 4))
"""How long before its start an event is verified at which multiple of the interval."""
_FAR_AWAY = 28

Window = tuple[datetime, datetime]
"""A span of time, without its beginning and with its end."""


def is_forgotten(event: Event, now: datetime) -> bool:
    """Whether nobody is at work on the event, or will be, though there is work."""
    if event.sync.state is not SyncState.FAILED and event.sync.is_leased(now):
        return False
    moment = _retry_at(event, now)
    return moment is not None and moment <= now


def is_unverified(event: Event, verify_after: timedelta, now: datetime) -> bool:
    """Whether Zoom was last read too long ago, while all is in sync as far as is known."""
    moment = _verification_at(event, verify_after, now)
    return moment is not None and moment <= now


def next_look(event: Event, verify_after: timedelta, now: datetime) -> datetime | None:
    """When the background sweep has something to do for the event; ``None`` for never.

    Args:
        event: The event as it is.
        verify_after: How old the last verification of an event that is near may be.
        now: The present moment.
    """
    return _retry_at(event, now) or _verification_at(event, verify_after, now)


def kept_look(known: datetime | None, wanted: datetime | None, now: datetime) -> datetime | None:
    """When the background sweep is to come, where it comes at a known moment as things are.

    A look that comes before there is anything to do costs the sweep one read, and to put it off
    with each change would cost each of them two writes of an index.
    """
    return known if known and wanted and now < known <= wanted else wanted


def _retry_at(event: Event, now: datetime) -> datetime | None:
    """When what was not done is forgotten, or what failed is to be tried again."""
    sync = event.sync
    if sync.state is SyncState.FAILED and sync.waiter is None:
        if event.details.ends_at + TRIED_AFTER_THE_END <= now:
            return None
        return sync.requested_at + _pause_after_failure(event)
    if not sync.is_due:
        return None
    expected = [sync.requested_at, sync.lease_until, sync.next_attempt_at, sync.waiter]
    return max(moment for moment in expected if moment) + QUIET


def _pause_after_failure(event: Event) -> timedelta:
    """How long what failed is left: what a read finds not at all, what may pass ever longer."""
    problem = event.sync.problem
    if problem is None:
        return RETRY_FAILED
    cheap = _CHEAP_TO_RETRY if event.meeting else _CHEAP_TO_RETRY | _CHEAP_WITHOUT_MEETING
    if problem.code in cheap:
        return timedelta(0)
    attempts = event.sync.attempts
    return pause_after_failures(attempts) if attempts and may_pass(problem) else RETRY_FAILED


def _verification_at(event: Event, verify_after: timedelta, now: datetime) -> datetime | None:
    """When an event in sync is to be verified: seldom while it is far away, more often later."""
    sync = event.sync
    at_rest = sync.state is SyncState.IN_SYNC and not sync.is_due
    if not at_rest or event.is_cancelled or event.meeting is None or event.is_over(now):
        return None
    last = sync.last_verified_at or sync.last_synced_at or event.created_at
    starts_at = event.details.starts_at
    stages = [max(last + verify_after * often, starts_at - near) for near, often in _NEARNESS]
    return min(last + verify_after * _FAR_AWAY, *stages)


def due_lead(event: Event, lead_minutes: Iterable[int], now: datetime) -> LeadTime | None:
    """The lead time that a pre-event sweep is due for, if one is: the last one that has come.

    Args:
        event: The event.
        lead_minutes: How long before the start it is to be swept.
        now: The present moment.
    """
    starts_at = event.details.starts_at
    come = [lead for lead in lead_minutes if starts_at - timedelta(minutes=lead) <= now]
    if event.is_cancelled or starts_at <= now or not come:
        return None
    lead = LeadTime(version=event.version, minutes=min(come))
    swept = event.sync.swept
    if swept and swept.version == lead.version and swept.minutes <= lead.minutes:
        return None
    return lead


def windows_of_start(
    lead_minutes: Iterable[int],
    swept_until: datetime | None,
    swept_leads: Iterable[int],
    now: datetime,
) -> list[Window]:
    """Within which times the events start whose lead times came since the last sweep.

    Args:
        lead_minutes: The lead times.
        swept_until: When the last sweep was; ``None`` if there was none.
        swept_leads: Which lead times it looked at; a new one has come for all that start in it.
        now: The present moment.

    Returns:
        Windows in order that do not overlap.
    """
    known = set(swept_leads)
    windows = []
    for minutes in lead_minutes:
        lead = timedelta(minutes=minutes)
        since = min(swept_until, now) + lead if swept_until and minutes in known else now
        windows.append((max(since, now), now + lead))
    return _merged(sorted(windows))


def _merged(windows: Iterable[Window]) -> list[Window]:
    merged: list[Window] = []
    for begin, end in windows:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def what_counts_for_events(settings: Settings) -> str:
    """Writes the settings that decide how events are at Zoom as a text to compare."""
    return settings.model_dump_json(
        include={
            "emails": True,
            "access_validation": {"enabled": True},
            "drift": True,
            "hosts": True,
            "unknown_registrants": True,
        }
    )
