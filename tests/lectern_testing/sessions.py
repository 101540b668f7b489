"""Sessions that are held in the simulated Zoom account, with what Zoom tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lectern.attendance.live import LiveAttendance, Run
from lectern.domain.attendance import Instance
from lectern.domain.meeting import Kind
from lectern.domain.presence import Sighting
from lectern_testing.stage import Stage


class HeldSession:
    """One run of an event's session.

    Attributes:
        told: Whether webhooks reach Lectern.
    """

    def __init__(self, stage: Stage, event_id: str = "ev-1", *, told: bool = True) -> None:
        self.stage = stage
        self.told = told
        self._event_id = event_id
        event = stage.event(event_id)
        assert event.meeting is not None
        self._kind = Kind(event.meeting.kind)
        uuid = stage.act(event_id, action=f"start_{self._kind}")["uuid"]
        self.run = Run(
            event_id=event_id,
            connection="default",
            kind=self._kind,
            zoom_id=event.meeting.zoom_id,
            uuid=uuid,
        )
        self._live = LiveAttendance(
            stage.events, stage.settings, stage.instances, stage.attendance, stage.clock.now
        )
        self._present: dict[str, tuple[str, dict[str, str]]] = {}
        if told:
            self._live.began(self.run, self._now())

    def join(self, email: str, *, link: str = "", name: str = "") -> None:
        """Someone comes in with one more device."""
        how = {"link": link} if link else {"email": email, "name": name}
        came = self.stage.act(self._event_id, action="participant_joined", **how)
        registrant_id = self.stage.registrants(self._event_id).get(email, "")
        who = {"registrant_id": registrant_id, "email": email, "name": name}
        self._present[email or name] = (came["user_id"], who)
        self._see(came["user_id"], joined_at=self._now(), **who)

    def leave(self, person: str) -> None:
        """Someone goes."""
        user_id, who = self._present.pop(person)
        self.stage.act(self._event_id, action="participant_left", person=user_id)
        self._see(user_id, left_at=self._now(), **who)

    def end(self) -> Instance:
        """The host ends it; the run as it is stored then."""
        self.stage.act(self._event_id, action=f"end_{self._kind}")
        if self.told:
            for user_id, who in self._present.values():
                self._see(user_id, left_at=self._now(), **who)
            self._live.ended(self.run, self._now())
        return self.stored()

    def stored(self) -> Instance:
        """The run as it is stored."""
        instance = self.stage.instances.get(self._event_id, self.run.key)
        assert instance is not None
        return instance

    def later(self, minutes: float) -> None:
        """Lets time pass."""
        self.stage.wait(minutes * 60)
        self.stage.waits.clear()

    def _see(self, connection: str, **told: Any) -> None:
        if self.told:
            self._live.seen(self.run, connection, Sighting(**told))

    def _now(self) -> datetime:
        return self.stage.clock.now().replace(microsecond=0)
