"""Reads one person's way into events: all that a join decision takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.domain.join.decision import JoinDecision, decide
from lectern.domain.settings import Settings
from lectern.domain.timeline import is_recorded
from lectern.store import keys
from lectern.store.items import enrollment_of, event_of
from lectern.store.settings import settings_of
from lectern.store.table import Item, Table
from lectern.store.timeline_keys import last_click

ASKS_AGAIN = timedelta(minutes=10)
"""Within it, a person who asks to join and is told the same is not recorded again."""


@dataclass(frozen=True)
class JoinFacts:
    """What is stored about one person's way into one event.

    Attributes:
        last_click: What the timeline has of the person's last click.
    """

    user_id: str
    event: Event | None
    enrollment: Enrollment | None
    settings: Settings
    last_click: Item | None = None

    def decide(self, now: datetime) -> JoinDecision:
        """Decides what the person is told."""
        return decide(self.event, self.enrollment, self.user_id, self.settings, now)

    def is_news(self, decision: JoinDecision, now: datetime) -> bool:
        """Whether a click that was decided so is to be recorded."""
        last = self.last_click
        is_repeated = (
            last is not None
            and last["state"] == decision.state
            and last["at"] > keys.stamp(now - ASKS_AGAIN)
        )
        return is_recorded(decision) and not is_repeated


class JoinStore:
    """Looks at events, enrollments and settings together."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def look(self, user_id: str, event_id: str) -> JoinFacts:
        """What is stored about a user's way into an event, as it is now."""
        return self.look_at_all(user_id, [event_id], is_click=True)[event_id]

    def look_at_all(
        self, user_id: str, event_ids: Iterable[str], *, is_click: bool = False
    ) -> dict[str, JoinFacts]:
        """The same for several events, in their order; one read for each 100 items."""
        wanted = list(dict.fromkeys(event_ids))
        found = {
            (item["PK"], item["SK"]): item
            for item in self._table.get_many(
                [
                    keys.settings(),
                    *map(keys.event, wanted),
                    *(keys.enrollment(event_id, user_id) for event_id in wanted),
                    *(last_click(event_id, user_id) for event_id in wanted if is_click),
                ]
            )
        }
        settings, _ = settings_of(found.get(_pair(keys.settings())))
        looks = {}
        for event_id in wanted:
            event = found.get(_pair(keys.event(event_id)))
            enrollment = found.get(_pair(keys.enrollment(event_id, user_id)))
            looks[event_id] = JoinFacts(
                user_id=user_id,
                event=event_of(event) if event else None,
                enrollment=enrollment_of(enrollment) if enrollment else None,
                settings=settings,
                last_click=found.get(_pair(last_click(event_id, user_id))),
            )
        return looks


def _pair(key: keys.Key) -> tuple[str, str]:
    return key["PK"], key["SK"]
