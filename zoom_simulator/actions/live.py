"""What people do while a session goes on: it begins and ends, they come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from zoom_simulator.account import admission, instances, registrants
from zoom_simulator.actions.action import OnKind, OnSession
from zoom_simulator.world import World


class StartSession(OnKind):
    """A host starts a session."""

    action: Literal["start_meeting", "start_webinar"]
    with_host: bool = True

    @override
    def apply(self, world: World) -> Mapping[str, Any]:
        instance = instances.start(world, self.session(world), with_host=self.with_host)
        return {"uuid": instance.uuid}


class EndSession(OnKind):
    """A host ends a session."""

    action: Literal["end_meeting", "end_webinar"]

    @override
    def apply(self, world: World) -> None:
        instances.end(world, self.session(world))


class ParticipantJoined(OnSession):
    """Someone comes in: by a link, or else as what an address says, or else as a guest.

    Attributes:
        link: A link that Zoom gave out.
        email: The host's, an alternative host's, a panelist's, a registrant's, or a stranger's.
        name: What the person is called, where that is not known.
        signed_in: Whether the person is signed in to Zoom; hosts always are.
        device: What to call the device, so that one of several can go.
    """

    action: Literal["participant_joined"]
    link: str = ""
    email: str = ""
    name: str = ""
    signed_in: bool = False
    device: str = ""

    @model_validator(mode="after")
    def _somebody(self) -> ParticipantJoined:
        if not (self.link or self.email or self.name):
            raise ValueError("give a link, an email or a name")
        return self

    @override
    def apply(self, world: World) -> Mapping[str, Any]:
        session = self.session(world)
        visitor = (
            admission.by_link(world, session, self.link, self.name)
            if self.link
            else admission.by_email(world, session, self.email, self.name)
        )
        if self.signed_in:
            visitor = admission.signed_in(world, visitor)
        stay = instances.join(world, session, visitor, self.device)
        return {"role": visitor.role, "user_id": stay.user_id, "participant_uuid": stay.uuid}


class ParticipantAdmitted(OnSession):
    """The host lets someone in who is in the waiting room.

    Attributes:
        person: A ``user_id`` that joining answered, or the person's address or name.
    """

    action: Literal["participant_admitted"]
    person: Annotated[str, Field(min_length=1)]

    @override
    def apply(self, world: World) -> None:
        instances.admit(world, self.session(world), person=self.person)


class ParticipantLeft(OnSession):
    """Someone goes, with all devices unless one is named.

    Attributes:
        person: A ``user_id`` that joining answered, or the person's address or name.
    """

    action: Literal["participant_left"]
    person: Annotated[str, Field(min_length=1)]
    device: str | None = None

    @override
    def apply(self, world: World) -> None:
        instances.leave(world, self.session(world), person=self.person, device=self.device)


class ParticipantRemoved(OnSession):
    """The host puts someone out, with all devices, who cannot come back to this instance.

    Attributes:
        person: A ``user_id`` that joining answered, or the person's address or name.
        registration: What the host makes of the person's registration, so that it holds for good.
    """

    action: Literal["participant_removed"]
    person: Annotated[str, Field(min_length=1)]
    registration: Literal["denied", "deleted", "kept"] = "denied"

    @override
    def apply(self, world: World) -> None:
        session = self.session(world)
        ids = instances.remove(world, session, person=self.person)
        held = [session.registrants[each] for each in ids if each in session.registrants]
        if self.registration == "denied":
            registrants.change_status(world, session, "deny", held)
        elif self.registration == "deleted":
            for registrant in held:
                registrants.delete(world, session, registrant)
