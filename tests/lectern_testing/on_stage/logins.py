"""A login on the stage, as the API stores it."""

from __future__ import annotations

from lectern_testing.stage import Stage


def note_login(stage: Stage, *user_ids: str, event_id: str = "ev-1") -> None:
    """Asks that people are looked up at Zoom, and for the synchronisation that does it."""
    for user_id in user_ids:
        stage.enrollments.lookups.ask(event_id, user_id, stage.clock.now())
    stage.events.request_sync(event_id, stage.clock.now(), look_up=True)
