"""What people do in Zoom by hand, behind the back of whoever uses the API.

Each action is a model; ``/_sim/actions`` takes it by its name. No limit of the API counts them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import override

from local.zoom import meetings, registrants
from local.zoom.bodies import AddRegistrant, UpdateMeeting
from local.zoom.errors import invalid_registrant, no_such_meeting
from local.zoom.model import Meeting, Registrant
from local.zoom.seed import UserSeed
from local.zoom.users import require_user
from local.zoom.world import World


class Action(BaseModel):
    """Something that a person does."""

    model_config = ConfigDict(extra="forbid")

    def apply(self, world: World) -> None:
        """Do it.

        Raises:
            ZoomError: if Zoom would not let the person.
        """
        raise NotImplementedError


class OnMeeting(Action):
    """Something done to a meeting."""

    meeting_id: int

    def meeting(self, world: World) -> Meeting:
        """The meeting that it is done to."""
        return meetings.find_meeting(world, str(self.meeting_id))


class OnRegistrant(OnMeeting):
    """Something done to a registrant of a meeting, by address."""

    email: str

    def registrant(self, world: World) -> Registrant:
        """The registrant that it is done to."""
        registrant = self.meeting(world).registrant_with_email(self.email)
        if registrant is None:
            raise invalid_registrant()
        return registrant


class EditMeeting(OnMeeting):
    """A host changes a meeting in the portal; ``changes`` is as the body of an update."""

    action: Literal["edit_meeting"]
    changes: dict[str, Any]

    @override
    def apply(self, world: World) -> None:
        meetings.update(world, self.meeting(world), UpdateMeeting.model_validate(self.changes))


class DeleteMeeting(OnMeeting):
    """A host deletes a meeting."""

    action: Literal["delete_meeting"]

    @override
    def apply(self, world: World) -> None:
        meetings.delete(world, self.meeting(world))


class RecoverMeeting(OnMeeting):
    """A host takes a deleted meeting out of the bin."""

    action: Literal["recover_meeting"]

    @override
    def apply(self, world: World) -> None:
        meeting = world.meetings.get(self.meeting_id)
        if meeting is None:
            raise no_such_meeting(str(self.meeting_id))
        meeting.deleted_at = None


class StartMeeting(OnMeeting):
    """A host starts a meeting."""

    action: Literal["start_meeting"]

    @override
    def apply(self, world: World) -> None:
        self.meeting(world).started = True


class EndMeeting(OnMeeting):
    """A host ends a meeting."""

    action: Literal["end_meeting"]

    @override
    def apply(self, world: World) -> None:
        self.meeting(world).started = False


class DeleteRegistrant(OnRegistrant):
    """A host takes a registration away."""

    action: Literal["delete_registrant"]

    @override
    def apply(self, world: World) -> None:
        registrants.delete(self.meeting(world), self.registrant(world))


class ChangeRegistrantStatus(OnRegistrant):
    """A host approves, denies or cancels a registration."""

    action: Literal["approve_registrant", "deny_registrant", "cancel_registrant"]

    @override
    def apply(self, world: World) -> None:
        verb = self.action.removesuffix("_registrant")
        registrants.change_status(world, self.meeting(world), verb, [self.registrant(world)])


class SelfRegister(OnMeeting):
    """A person fills in the registration page."""

    action: Literal["self_register"]
    email: str
    first_name: str
    last_name: str = ""

    @override
    def apply(self, world: World) -> None:
        meeting = self.meeting(world)
        registrants.require_registration(world, meeting)
        person = AddRegistrant(
            email=self.email, first_name=self.first_name, last_name=self.last_name
        )
        registrants.register(world, meeting, [person], auto_approve=False)


class ChangeUser(UserSeed, Action):
    """An administrator changes a user's type, status, or anything else that a seed names."""

    action: Literal["change_user"]

    @override
    def apply(self, world: World) -> None:
        require_user(world, self.email)
        world.put_user(UserSeed(**self.model_dump(exclude_unset=True, exclude={"action"})))


class DeleteUser(Action):
    """An administrator deletes a user; the user's meetings are gone too."""

    action: Literal["delete_user"]
    email: str

    @override
    def apply(self, world: World) -> None:
        del world.users[require_user(world, self.email).id]


ANY_ACTION: TypeAdapter[Action] = TypeAdapter(
    Annotated[
        EditMeeting
        | DeleteMeeting
        | RecoverMeeting
        | StartMeeting
        | EndMeeting
        | DeleteRegistrant
        | ChangeRegistrantStatus
        | SelfRegister
        | ChangeUser
        | DeleteUser,
        Field(discriminator="action"),
    ]
)
