"""Notes of an event beside its problem: how Zoom has it otherwise, with nobody to blame."""

from __future__ import annotations

import json

from lectern.domain.event import Event
from lectern.domain.meeting import Meeting
from lectern.domain.problems import EventProblem, Problem, event_problem


def notes_of(event: Event) -> tuple[Problem, ...]:
    """The notes of an event, as its ledger gives them."""
    meeting, zone = event.meeting, event.zone
    notes = []
    if meeting and meeting.locked and not event.is_cancelled:
        has = ", ".join(f"{name} is {_told(name, meeting)}" for name in sorted(meeting.locked))
        notes.append(event_problem(EventProblem.SETTING_LOCKED, f"There {has}."))
    if meeting and zone and event.timezone_at_zoom != event.details.timezone:
        detail = f"{zone.wanted} is {zone.told} there."
        notes.append(event_problem(EventProblem.TIMEZONE_REPLACED, detail))
    return tuple(notes)


def _told(name: str, meeting: Meeting) -> str:
    """Zoom's value as the API writes it; one that is long or private is named alone."""
    said = json.dumps(getattr(meeting.spec, name), default=str, ensure_ascii=False)
    return "another" if name in _PRIVATE or len(said) > _LONGEST else said


_PRIVATE = frozenset({"passcode", "alternative_hosts"})
_LONGEST = 40
