"""The bodies that users and their assistants are created and updated with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from zoom_simulator.bodies.fields import (
    BATCH_SIZE,
    Body,
    Email,
    LastName,
    Timezone,
    at_most_chinese,
)

UserName = Annotated[LastName, at_most_chinese(5)]


class UserInfo(Body):
    """The user that is to be."""

    email: Email
    type: Literal[1, 2, 4, 99]
    first_name: UserName = ""
    last_name: UserName = ""
    password: Annotated[str, Field(min_length=8, max_length=32)] | None = None


class CreateUser(Body):
    """The body of a create."""

    action: Literal["create", "autoCreate", "custCreate", "ssoCreate"]
    user_info: UserInfo


class UpdateUser(Body):
    """The body of an update."""

    type: Literal[1, 2, 4, 99] = 1
    first_name: UserName = ""
    last_name: UserName = ""
    timezone: Timezone = "UTC"


class FeatureSettings(Body):
    """What a user is licensed for beside meetings; a capacity counts only with its feature."""

    meeting_capacity: Annotated[int, Field(ge=1)] | None = None
    large_meeting: bool | None = None
    large_meeting_capacity: Literal[500, 1000, 3000, 5000] | None = None
    webinar: bool | None = None
    webinar_capacity: Literal[100, 500, 501, 1000, 1001, 3000, 5000, 10000] | None = None


class UpdateUserSettings(Body):
    """The body of an update of settings; only the features are simulated."""

    feature: FeatureSettings = Field(default_factory=FeatureSettings)


class NewAssistant(Body):
    """A user who is to be an assistant, by id or by address."""

    id: str = ""
    email: str = ""
    can_manage_host_private_event: bool = False

    @property
    def reference(self) -> str:
        """What the user is looked up by."""
        return self.id or self.email

    @model_validator(mode="after")
    def _is_named(self) -> NewAssistant:
        if not self.reference:
            raise ValueError("An assistant is named by id or by email.")
        return self


class AddAssistants(Body):
    """The body that adds assistants."""

    assistants: Annotated[list[NewAssistant], Field(min_length=1, max_length=BATCH_SIZE)]
