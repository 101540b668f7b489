"""What people do in Zoom by hand, behind the back of whoever uses the API.

Each action is a model; ``/_sim/actions`` takes it by its name. No limit of the API counts them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator
from typing_extensions import override

from zoom_simulator.account import assistants, panelists, registrants, sessions, users
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import Session
from zoom_simulator.account.seed import UserSeed
from zoom_simulator.account.users import require_user
from zoom_simulator.actions.action import Action, OnKind, OnRegistrant, OnSession
from zoom_simulator.actions.limits import SpendAccountDay, SpendHostDay, SpendRegistrantDay
from zoom_simulator.actions.live import (
    EndSession,
    ParticipantAdmitted,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantRemoved,
    StartSession,
)
from zoom_simulator.bodies.fields import AddRegistrant, Email, NewPanelist
from zoom_simulator.bodies.users import NewAssistant
from zoom_simulator.operations import Kind
from zoom_simulator.world import World


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


class TransferSession(OnKind):
    """An administrator hands a session to another user."""

    action: Literal["transfer_meeting", "transfer_webinar"]
    to: str

    @override
    def apply(self, world: World) -> None:
        sessions.transfer(world, self.session(world), require_user(world, self.to))


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


class ChangeUserEmail(Action):
    """A user has another address; it is the same user."""

    action: Literal["change_user_email"]
    email: str
    new_email: Email

    @override
    def apply(self, world: World) -> None:
        users.change_address(world, require_user(world, self.email), self.new_email)


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
        | TransferSession
        | ConvertSession
        | ParticipantJoined
        | ParticipantAdmitted
        | ParticipantLeft
        | ParticipantRemoved
        | DeleteRegistrant
        | ChangeRegistrantStatus
        | SelfRegister
        | AddPanelist
        | RemovePanelist
        | AddAssistant
        | RemoveAssistant
        | ChangeUser
        | ChangeUserEmail
        | DeleteUser
        | SpendHostDay
        | SpendRegistrantDay
        | SpendAccountDay,
        Field(discriminator="action"),
    ]
)
