"""The bodies that the API takes, with Zoom's limits on each field: their form, and those on people.

Only fields that Zoom documents are kept; others are ignored, as Zoom does. Types are strict: a
number in quotes is not a number. Zoom's words for the single errors are not documented.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from typing_extensions import override

from zoom_simulator.errors import FieldError, ZoomError, bad_request, validation_failed

BATCH_SIZE = 30
YEARS = range(1970, 9999)


def _documented_time(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?", text):
        raise ValueError("The time must be yyyy-MM-ddTHH:mm:ss, with a Z if it is in UTC.")
    if datetime.fromisoformat(text).year not in YEARS:
        raise ValueError("The time is out of range.")
    return text


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError("The timezone is not known.")
    return name


def _valid_email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
        raise ValueError("Invalid email.")
    return text


def at_most_chinese(count: int) -> AfterValidator:
    """Zoom's limit on names: so many Chinese characters."""

    def check(name: str) -> str:
        if len(re.findall("[\u3400-\u9fff\uf900-\ufaff]", name)) > count:
            raise ValueError(f"The name has more than {count} Chinese characters.")
        return name

    return AfterValidator(check)


Email = Annotated[str, Field(max_length=128), AfterValidator(_valid_email)]
FirstName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
LastName = Annotated[str, StringConstraints(max_length=64)]
ZoomTime = Annotated[str, AfterValidator(_documented_time)]
Timezone = Annotated[str, AfterValidator(_known_timezone)]


class Body(BaseModel):
    """A request body."""

    model_config = ConfigDict(strict=True, extra="ignore")

    def given(self) -> dict[str, Any]:
        """Only the fields that the caller sent."""
        return self.model_dump(exclude_unset=True)


class CustomAnswer(Body):
    """The answer to a question of the host's own."""

    title: str
    value: Annotated[str, Field(max_length=128)] = ""


class NewRegistrant(Body):
    """A person of a batch."""

    email: Email
    first_name: FirstName
    last_name: LastName = ""


class AddRegistrant(NewRegistrant):
    """The body of a single registration; for a webinar Zoom documents no ``auto_approve``."""

    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    phone: str = ""
    comments: str = ""
    industry: str = ""
    job_title: str = ""
    org: str = ""
    no_of_employees: str = ""
    purchasing_time_frame: str = ""
    role_in_purchase_process: str = ""
    custom_questions: list[CustomAnswer] = Field(default_factory=list)
    language: str = "en-US"

    def details(self) -> dict[str, Any]:
        """The optional fields that were given, as Zoom shows them again."""
        known = {"email", "first_name", "last_name", "auto_approve", "language"}
        return {name: value for name, value in self.given().items() if name not in known}

    @property
    def approves(self) -> bool:
        """Whether the person is approved although approval is manual."""
        return False


class AddMeetingRegistrant(AddRegistrant):
    """The body of a single registration for a meeting."""

    auto_approve: bool = False

    @property
    @override
    def approves(self) -> bool:
        return self.auto_approve


class BatchRegistrants(Body):
    """The body of a batch registration."""

    auto_approve: bool = False
    registrants_confirmation_email: bool = True
    registrants: Annotated[list[NewRegistrant], Field(min_length=1, max_length=BATCH_SIZE)]


class RegistrantReference(Body):
    """A registrant, by id, by address, or both."""

    id: str = ""
    email: str = ""


class RegistrantStatusChange(Body):
    """The body of a change of registrants' statuses."""

    action: Literal["approve", "cancel", "deny"]
    registrants: Annotated[list[RegistrantReference], Field(max_length=BATCH_SIZE)] = Field(
        default_factory=list
    )


class NewPanelist(Body):
    """A person who is to speak in a webinar."""

    email: Email
    name: Annotated[FirstName, at_most_chinese(12)]
    virtual_background_id: str = ""
    name_tag_id: str = ""
    name_tag_name: str = ""
    name_tag_pronouns: str = ""
    name_tag_description: str = ""

    def tag(self) -> dict[str, str]:
        """The optional fields that were given."""
        given = self.given()
        return {name: given[name] for name in given.keys() - {"email", "name"}}


class AddPanelists(Body):
    """The body that adds panelists."""

    panelists: Annotated[list[NewPanelist], Field(min_length=1, max_length=BATCH_SIZE)]


class Invited(Body):
    """A person who is to have an invite link."""

    name: FirstName
    disable_video: bool = False
    disable_audio: bool = False


class MakeInviteLinks(Body):
    """The body that asks for invite links, which last for ``ttl`` seconds; 0 is for ever."""

    attendees: Annotated[list[Invited], Field(min_length=1, max_length=500)]
    ttl: Annotated[int, Field(ge=0, le=7_776_000)] = 7_200


SomeBody = TypeVar("SomeBody", bound=Body)


def read(model: type[SomeBody], raw: bytes) -> SomeBody:
    """A request body as its model.

    Raises:
        ZoomError: 400/300, with the fields that are wrong.
    """
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise _refusal(error) from error


def utc_time(text: str, timezone: str) -> datetime:
    """A documented time in UTC: with a ``Z`` it is UTC already, whatever the timezone."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _refusal(error: ValidationError) -> ZoomError:
    problems = error.errors(include_url=False, include_input=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        return bad_request(300, "Request Body should be a valid JSON object.")
    return validation_failed(
        FieldError(_field_name(problem["loc"]), problem["msg"].removeprefix("Value error, "))
        for problem in problems
    )


def _field_name(location: tuple[int | str, ...]) -> str:
    """``("registrants", 3, "email")`` in Zoom's way: ``registrants[3].email``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")
