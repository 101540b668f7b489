"""The body of an event, and what it means in the domain."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from lectern.api.http.fields import (
    Body,
    CourseId,
    Email,
    FreeText,
    Identifier,
    Lax,
    Moment,
    Name,
    TimeZone,
    Title,
    WebAddress,
    fault,
)
from lectern.domain.address import address_key
from lectern.domain.event import (
    AutoRecording,
    Context,
    EventDetails,
    Host,
    Instructor,
    Options,
)
from lectern.domain.meeting import Kind
from lectern.domain.settings import DEFAULT_CONNECTION

INSTRUCTORS = 200
DAY_MINUTES = 1440


class HostBody(Body):
    """The responsible course administrator."""

    user_id: Identifier
    email: Email


class InstructorBody(Body):
    """Someone who teaches beside the host."""

    user_id: Identifier
    email: Email
    name: Name | None = Field(
        default=None,
        description="Without it, what stands before the @ of the address, in small letters.",
    )


class ContextBody(Body):
    """The course that the event belongs to."""

    id: CourseId
    title: Title | None = None
    url: WebAddress | None = None


class OptionsBody(Body):
    """How the session behaves at Zoom."""

    waiting_room: bool = False
    join_before_host: bool = False
    passcode: Annotated[str, Field(pattern=r"^[A-Za-z0-9@_*-]{1,10}$")] | None = Field(
        default=None, description="`null`: a random one."
    )
    auto_recording: Annotated[AutoRecording, Lax] = AutoRecording.NONE
    mute_upon_entry: bool = True
    require_sign_in: bool = Field(
        default=False, description="Lets in only people who are signed in to Zoom."
    )
    zoom_emails: bool | None = Field(default=None, description="`null`: as in the settings.")


class EventBody(Body):
    """A scheduled event, as the LMS wants it."""

    kind: Annotated[Kind, Lax]
    title: Title
    description: FreeText | None = None
    starts_at: Moment = Field(description="Fractions of a second are dropped.")
    duration_minutes: int = Field(ge=1, le=DAY_MINUTES)
    timezone: TimeZone
    host: HostBody
    instructors: list[InstructorBody] = Field(default=[], max_length=INSTRUCTORS)
    connection: Identifier = Field(default=DEFAULT_CONNECTION, description="The Zoom account.")
    access_validation: bool | None = Field(default=None, description="`null`: as in the settings.")
    context: ContextBody | None = None
    url: WebAddress | None = Field(default=None, description="The event's page in the LMS.")
    options: OptionsBody = OptionsBody()

    @field_validator("instructors")
    @classmethod
    def _each_instructor_once(cls, instructors: list[InstructorBody]) -> list[InstructorBody]:
        users = [instructor.user_id for instructor in instructors]
        if len(set(users)) < len(users):
            raise fault("Names a user more than once.")
        return instructors


def details_of(body: EventBody) -> EventDetails:
    """The desired state that the body declares."""
    return EventDetails(
        kind=body.kind,
        title=body.title,
        description=body.description,
        starts_at=body.starts_at,
        duration_minutes=body.duration_minutes,
        timezone=body.timezone,
        host=Host(user_id=body.host.user_id, email=body.host.email),
        instructors=tuple(map(_instructor_of, body.instructors)),
        connection=body.connection,
        access_validation=body.access_validation,
        context=_context_of(body.context) if body.context else None,
        url=body.url,
        options=_options_of(body.options),
    )


def _instructor_of(body: InstructorBody) -> Instructor:
    # In the form that is compared: an address in other letters gives nobody another name.
    name = body.name or address_key(body.email).partition("@")[0]
    return Instructor(user_id=body.user_id, email=body.email, name=name)


def _context_of(body: ContextBody) -> Context:
    return Context(id=body.id, title=body.title, url=body.url)


def _options_of(body: OptionsBody) -> Options:
    return Options(
        waiting_room=body.waiting_room,
        join_before_host=body.join_before_host,
        passcode=body.passcode,
        auto_recording=body.auto_recording,
        mute_upon_entry=body.mute_upon_entry,
        require_sign_in=body.require_sign_in,
        zoom_emails=body.zoom_emails,
    )
