"""Sessions that are held in the simulated Zoom account, which tells Lectern of them."""

from __future__ import annotations

from lectern.domain.attendance import Instance, instance_key
from lectern_testing.live import Webhooks
from lectern_testing.stage import Stage


class HeldSession:
    """One run of an event's session, begun by its host.

    Attributes:
        uuid: Zoom's UUID of the run.
        webhooks: What Zoom tells of it.
    """

    def __init__(self, stage: Stage, event_id: str = "ev-1", *, told: bool = True) -> None:
        self.stage = stage
        self.webhooks = Webhooks(stage.world, stage.table, stage.clock.now)
        self.webhooks.reach_lectern = told
        self._event_id = event_id
        event = stage.event(event_id)
        assert event.meeting is not None
        self._kind = event.meeting.kind
        self.uuid: str = self._act(action=f"start_{self._kind}")["uuid"]

    def join(self, email: str = "", *, name: str = "", device: str = "") -> None:
        """Someone comes in, with one more device."""
        self._act(action="participant_joined", email=email, name=name, device=device)

    def leave(self, person: str, device: str | None = None) -> None:
        """Someone goes, with all devices unless one is named."""
        self._act(action="participant_left", person=person, device=device)

    def end(self) -> None:
        """The host ends it."""
        self._act(action=f"end_{self._kind}")

    def ended(self) -> Instance:
        """The host ends it; the run as it is stored then."""
        self.end()
        return self.stored()

    def stored(self) -> Instance:
        """The run as it is stored."""
        instance = self.stage.instances.get(self._event_id, instance_key(self.uuid))
        assert instance is not None
        return instance

    def later(self, minutes: float) -> None:
        """Lets time pass."""
        self.stage.wait(minutes * 60)
        self.stage.waits.clear()

    def _act(self, **action: object) -> dict[str, str]:
        done: dict[str, str] = self.stage.act(self._event_id, **action)
        self.webhooks.deliver()
        return done
