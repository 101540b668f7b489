"""What the actions have in common: who does something, and to what."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from zoom_simulator.account import sessions
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import Registrant, Session
from zoom_simulator.operations import Kind
from zoom_simulator.refusals import Deed
from zoom_simulator.world import World


class Action(BaseModel):
    """Something that a person does."""

    model_config = ConfigDict(extra="forbid")

    @abstractmethod
    def apply(self, world: World) -> Mapping[str, Any] | None:
        """Do it.

        Returns:
            What the test may want to know of it.

        Raises:
            ZoomError: if Zoom would not let the person.
        """


class OnSession(Action):
    """Something done to a meeting or to a webinar, by its id."""

    meeting_id: int | None = None
    webinar_id: int | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> OnSession:
        if (self.meeting_id is None) == (self.webinar_id is None):
            raise ValueError("give either meeting_id or webinar_id")
        return self

    @property
    def kind(self) -> Kind:
        """What it is done to."""
        return Kind.MEETING if self.webinar_id is None else Kind.WEBINAR

    @property
    def session_id(self) -> int:
        """The id of what it is done to."""
        return self.meeting_id or self.webinar_id or 0

    def session(self, world: World) -> Session:
        """The session that it is done to."""
        return sessions.find_session(world, self.kind, str(self.session_id))


class OnRegistrant(OnSession):
    """Something done to a registrant, by address."""

    email: str

    def registrant(self, world: World) -> Registrant:
        """The registrant that it is done to."""
        session = self.session(world)
        registrant = session.registrant_with_email(self.email)
        if registrant is None:
            raise RULES[session.kind].refusals.no_such_registrant(self.email, Deed.READ)
        return registrant


class OnKind(OnSession):
    """Something done to a session, whose kind is in the action's name."""

    action: str

    @model_validator(mode="after")
    def _id_of_that_kind(self) -> OnKind:
        if not self.action.endswith(self.kind):
            raise ValueError(f"{self.action} takes no {self.kind}_id")
        return self
