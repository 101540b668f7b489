"""The phase of an event, where the LMS moves an event whose session was held already."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lectern.domain.event import Event, Phase
from lectern.store.table import WriteConflict
from lectern_testing.lms.api import MORNING, Lms

EVENT = "/v1/events/ev-1"
TOMORROW = MORNING + timedelta(days=1)


def stored(lms: Lms) -> Event:
    event = lms.parts.events().get("ev-1")
    assert event is not None
    return event


def reported(lms: Lms, phase: Phase, at: datetime) -> None:
    lms.parts.events().record_phase(stored(lms), phase, at, "A")


def moved_to(lms: Lms, start: datetime) -> str:
    assert lms.put_event(starts_at=start.isoformat()).status == 202
    return str(lms.get(EVENT).json["phase"])


def test_an_event_shows_its_phase(lms: Lms) -> None:
    lms.put_event()
    assert lms.get(EVENT).json["phase"] == "upcoming"
    for phase in (Phase.LIVE, Phase.ENDED):
        reported(lms, phase, TOMORROW)
        assert lms.get(EVENT).json["phase"] == phase


def test_an_event_that_has_ended_and_is_moved_lies_ahead_again(lms: Lms) -> None:
    lms.put_event()
    reported(lms, Phase.ENDED, TOMORROW + timedelta(hours=1))

    assert moved_to(lms, TOMORROW + timedelta(days=7)) == "upcoming"


def test_an_event_that_has_ended_stays_so_through_other_changes(lms: Lms) -> None:
    lms.put_event()
    reported(lms, Phase.ENDED, TOMORROW + timedelta(hours=1))

    lms.put_event(title="Another title")
    assert lms.get(EVENT).json["phase"] == "ended"
    assert moved_to(lms, TOMORROW + timedelta(minutes=30)) == "ended"


def test_an_event_that_is_live_stays_so_wherever_it_is_moved(lms: Lms) -> None:
    lms.put_event()
    reported(lms, Phase.LIVE, TOMORROW)

    assert moved_to(lms, TOMORROW + timedelta(days=7)) == "live"


def test_a_session_that_begins_while_the_event_is_moved_is_not_overlooked(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    lms.put_event()
    reported(lms, Phase.ENDED, TOMORROW + timedelta(hours=1))
    events = lms.parts.events()
    replace = type(events).replace_desired
    conflicts: list[Event] = []

    def replace_late(store: object, event: Event, **was: object) -> Event:
        if not conflicts:
            reported(lms, Phase.LIVE, TOMORROW + timedelta(hours=2))
        try:
            return replace(store, event, **was)  # type: ignore[arg-type]
        except WriteConflict:
            conflicts.append(event)
            raise

    monkeypatch.setattr(type(events), "replace_desired", replace_late)

    assert moved_to(lms, TOMORROW + timedelta(days=7)) == "live"
    assert len(conflicts) == 1
