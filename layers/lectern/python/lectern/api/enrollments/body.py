"""The bodies of enrollments, and what they mean in the domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from lectern.api.http.fields import (
    BlankableName,
    Body,
    Email,
    Identifier,
    Lax,
    Name,
    RequirementId,
    Title,
    WebAddress,
    fault,
)
from lectern.api.http.problems import InvalidField
from lectern.api.http.request import faults_of
from lectern.domain.enrollment import Access, Person, Requirement, Role

BATCH = 500
ROSTER = 10_000
"""Bounds the answer, which names each of them; a body of 1 MiB holds hardly more."""
REQUIREMENTS = 100


class RequirementBody(Body):
    """Something that the person has to meet before joining."""

    id: RequirementId
    title: Title
    met: bool
    url: WebAddress | None = None


class AccessBody(Body):
    """Whether the person may join, as the LMS decides."""

    granted: bool = True
    requirements: list[RequirementBody] = Field(default=[], max_length=REQUIREMENTS)


class EnrollmentBody(Body):
    """A person whom the LMS wants in the event."""

    user_id: Identifier | None = Field(default=None, description="As in the path.")
    email: Email
    first_name: Name
    last_name: BlankableName | None = None
    role: Annotated[Role, Lax] = Role.PARTICIPANT
    access: AccessBody | None = Field(default=None, description="Without it, access is granted.")

    @field_validator("user_id")
    @classmethod
    def _is_the_one_in_the_path(cls, user_id: str | None, info: ValidationInfo) -> str | None:
        in_path = (info.context or {}).get("user_id", user_id)
        if user_id is not None and user_id != in_path:
            raise fault("Is not the user of the path.")
        return user_id


class RosterEntry(EnrollmentBody):
    """A person among others whom the LMS wants in the event."""

    user_id: Identifier


@dataclass(frozen=True)
class FaultyEntry:
    """An entry that cannot be taken; the others can.

    Attributes:
        user_id: Whom it means, as far as that can be told.
    """

    user_id: str | None
    faults: list[InvalidField]


def _keep_faults(
    entry: object, validate: ValidatorFunctionWrapHandler
) -> RosterEntry | FaultyEntry:
    try:
        taken: RosterEntry = validate(entry)
    except ValidationError as error:
        named = entry.get("user_id") if isinstance(entry, dict) else None
        return FaultyEntry(named if isinstance(named, str) else None, faults_of(error))
    return taken


Entry = Annotated[RosterEntry, WrapValidator(_keep_faults)]


class BatchBody(Body):
    """People to enrol or change, the others left as they are."""

    enrollments: list[Entry] = Field(max_length=BATCH)


class RosterBody(Body):
    """Everyone whom the LMS wants in the event."""

    enrollments: list[Entry] = Field(max_length=ROSTER)


def person_of(body: EnrollmentBody) -> Person:
    """Who the person is to Zoom."""
    return Person(email=body.email, first_name=body.first_name, last_name=body.last_name)


def access_of(body: AccessBody | None) -> Access:
    """Whether the person may join."""
    if body is None:
        return Access()
    requirements = (
        Requirement(id=each.id, title=each.title, met=each.met, url=each.url)
        for each in body.requirements
    )
    return Access(granted=body.granted, requirements=tuple(requirements))
