"""What people do in Zoom by hand, behind the back of whoever uses the API.

Each action is a model; ``/_sim/actions`` takes it by its name. No limit of the API counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from typing_extensions import override

from lectern.domain.meeting import Kind
from local.zoom import admission, assistants, instances, panelists, registrants, sessions
from local.zoom.bodies import AddRegistrant, NewPanelist
from local.zoom.kinds import RULES
from local.zoom.model import Registrant, Session
from local.zoom.refusals import Deed
from local.zoom.seed import UserSeed
from local.zoom.user_bodies import NewAssistant
from local.zoom.users import require_user
from local.zoom.world import World


class Action(BaseModel):
    """Something that a person does."""

    model_config = ConfigDict(extra="forbid")

    def apply(self, world: World) -> Mapping[str, Any] | None:
        """Do it.

        Returns:
            What the test may want to know of it.

        Raises:
            ZoomError: if Zoom would not let the person.
        """
        raise NotImplementedError


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


class EditSession(OnKind):
    """A host changes a session in the portal; ``changes`` is as the body of an update."""

    action: Literal["edit_meeting", "edit_webinar"]
    changes: dict[str, Any]

    @override
    def apply(self, world: World) -> None:
        body = RULES[self.kind].update_body.model_validate(self.changes)
        sessions.update(world, self.session(world), body)


class DeleteSession(OnKind):
    """A host deletes a session."""

    action: Literal["delete_meeting", "delete_webinar"]

    @override
    def apply(self, world: World) -> None:
        sessions.delete(world, self.session(world))


class RecoverSession(OnKind):
    """A host takes a deleted session out of the bin."""

    action: Literal["recover_meeting", "recover_webinar"]

    @override
    def apply(self, world: World) -> None:
        sessions.recover(world, self.kind, str(self.session_id))


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


class ConvertSession(OnSession):
    """A host makes a meeting a webinar, or the reverse, in the portal."""

    action: Literal["convert_to_webinar", "convert_to_meeting"]

    @model_validator(mode="after")
    def _into_the_other(self) -> ConvertSession:
        if self.action.endswith(self.kind):
            raise ValueError(f"{self.action} takes no {self.kind}_id")
        return self

    @override
    def apply(self, world: World) -> None:
        into = Kind(self.action.removeprefix("convert_to_"))
        sessions.convert(world, self.session(world), into)


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


class ParticipantLeft(OnSession):
    """Someone goes, with all devices unless one is named.

    Attributes:
        person: A ``user_id`` that joining answered, or the person's address or name.
    """

    action: Literal["participant_left"]
    person: str
    device: str | None = None

    @override
    def apply(self, world: World) -> None:
        instances.leave(world, self.session(world), person=self.person, device=self.device)


class DeleteRegistrant(OnRegistrant):
    """A host takes a registration away."""

    action: Literal["delete_registrant"]

    @override
    def apply(self, world: World) -> None:
        registrants.delete(world, self.session(world), self.registrant(world))


class ChangeRegistrantStatus(OnRegistrant):
    """A host approves, denies or cancels a registration."""

    action: Literal["approve_registrant", "deny_registrant", "cancel_registrant"]

    @override
    def apply(self, world: World) -> None:
        verb = self.action.removesuffix("_registrant")
        registrants.change_status(world, self.session(world), verb, [self.registrant(world)])


class SelfRegister(OnSession):
    """A person fills in the registration page."""

    action: Literal["self_register"]
    email: str
    first_name: str
    last_name: str = ""

    @override
    def apply(self, world: World) -> None:
        session = self.session(world)
        registrants.require_registration(world, session)
        person = AddRegistrant(
            email=self.email, first_name=self.first_name, last_name=self.last_name
        )
        registrants.register(world, session, [person], auto_approve=False)


class OnPanelist(Action):
    """Something done to a panelist of a webinar, by address."""

    webinar_id: int
    email: str

    def webinar(self, world: World) -> Session:
        """The webinar that it is done in."""
        return sessions.find_session(world, Kind.WEBINAR, str(self.webinar_id))


class AddPanelist(OnPanelist):
    """A host makes someone a panelist."""

    action: Literal["add_panelist"]
    name: str

    @override
    def apply(self, world: World) -> None:
        person = NewPanelist(email=self.email, name=self.name)
        panelists.add(world, self.webinar(world), [person])


class RemovePanelist(OnPanelist):
    """A host takes a panelist away."""

    action: Literal["remove_panelist"]

    @override
    def apply(self, world: World) -> None:
        panelists.remove(self.webinar(world), self.email)


class ChangeUser(UserSeed, Action):
    """An administrator changes a user's type, status, or anything else that a seed names."""

    action: Literal["change_user"]

    @override
    def apply(self, world: World) -> None:
        require_user(world, self.email)
        world.put_user(UserSeed(**self.model_dump(exclude_unset=True, exclude={"action"})))


class OnAssistant(Action):
    """Something done to the assistants of a user, by addresses."""

    email: str
    assistant_email: str


class AddAssistant(OnAssistant):
    """A user lets another schedule."""

    action: Literal["add_assistant"]

    @override
    def apply(self, world: World) -> None:
        wanted = NewAssistant(email=self.assistant_email)
        assistants.add(world, require_user(world, self.email), [wanted])


class RemoveAssistant(OnAssistant):
    """A user lets another schedule no more."""

    action: Literal["remove_assistant"]

    @override
    def apply(self, world: World) -> None:
        user = require_user(world, self.email)
        assistants.remove(user, require_user(world, self.assistant_email).id)


class DeleteUser(Action):
    """An administrator deletes a user; the user's meetings and webinars are gone too."""

    action: Literal["delete_user"]
    email: str

    @override
    def apply(self, world: World) -> None:
        del world.users[require_user(world, self.email).id]


ANY_ACTION: TypeAdapter[Action] = TypeAdapter(
    Annotated[
        EditSession
        | DeleteSession
        | RecoverSession
        | StartSession
        | EndSession
        | ConvertSession
        | ParticipantJoined
        | ParticipantLeft
        | DeleteRegistrant
        | ChangeRegistrantStatus
        | SelfRegister
        | AddPanelist
        | RemovePanelist
        | AddAssistant
        | RemoveAssistant
        | ChangeUser
        | DeleteUser,
        Field(discriminator="action"),
    ]
)
