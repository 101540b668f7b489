"""The kinds of field that bodies and queries are made of, each with its own clear refusal."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from lectern.domain.web_address import fault_of_web_address

EMAIL_LENGTH = 128
URL_LENGTH = 2048

NO_IDENTIFIER = (
    "Has to have 1 to 128 characters, of A-Z, a-z, 0-9, dot, underscore, colon, @ and hyphen alone."
)

_IDENTIFIER = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_ZONE = re.compile(
    r"(?!posix/|right/|localtime$|posixrules$)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"
)
_LINE_BREAKERS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode: control characters, surrogates, line and paragraph separators."""
_ALLOWED_IN_TEXT = frozenset("\n\r\t")
_BLANKS = " \t\u00a0"
"""What comes along around an address that was copied."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
"""What is kept for years after an event, or asked for long before it, still has a date."""


class Body(BaseModel):
    """A body or query: strict about types, and closed to unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Query(Body):
    """The query of a request; each parameter comes as a text, and once."""


Lax = Field(strict=False)
"""For enumerations and tuples, which JSON has as texts and arrays."""


def fault(message: str) -> PydanticCustomError:
    """A fault of a field, in words of our own."""
    return PydanticCustomError("lectern", message)


def is_identifier(text: str) -> bool:
    """Whether a text can be an id of the LMS's."""
    return _IDENTIFIER.fullmatch(text) is not None


def _identifier(text: str) -> str:
    if not is_identifier(text):
        raise fault(NO_IDENTIFIER)
    return text


def _single_line(text: str) -> str:
    if any(unicodedata.category(character) in _LINE_BREAKERS for character in text):
        raise fault("Has control characters or line breaks.")
    return text


def _free_text(text: str) -> str:
    for character in text:
        if character not in _ALLOWED_IN_TEXT and unicodedata.category(character) in {"Cc", "Cs"}:
            raise fault("Has control characters.")
    return text


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise fault(
            "Has to be a moment with an offset (RFC 3339), such as 2026-12-01T10:00:00+01:00."
        )
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault("Is no moment that exists.") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise fault(f"Has to be within the years {_FIRST_YEAR} to {_LAST_YEAR}.")
    # Zoom plans by the second; a fraction would look like a difference at every comparison.
    return moment.replace(microsecond=0)


def _time_zone(name: str) -> str:
    if _ZONE.fullmatch(name):
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
        else:
            return name
    raise fault("Is not the name of an IANA time zone, such as Europe/Copenhagen.")


def _without_blanks(address: object) -> object:
    return address.strip(_BLANKS) if isinstance(address, str) else address


def _email(address: str) -> str:
    import email_validator  # noqa: PLC0415 - it costs more to import than the rest of this module

    # Reserved domains (.test, .local) are good syntax; whether mail reaches them is Zoom's to say.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise fault("Is not an e-mail address.") from error
    return address


def _web_address(address: str) -> str:
    what_is_wrong = fault_of_web_address(address)
    if what_is_wrong:
        raise fault(what_is_wrong)
    return address


Identifier = Annotated[
    str,
    AfterValidator(_identifier),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_IDENTIFIER.pattern}$",
            "description": "The LMS's own id.",
            "examples": ["ev-1"],
        }
    ),
]
FreeText = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_free_text)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
TimeZone = Annotated[
    str, AfterValidator(_time_zone), Field(max_length=64, examples=["Europe/Copenhagen"])
]
Email = Annotated[
    str,
    StringConstraints(max_length=EMAIL_LENGTH),
    BeforeValidator(_without_blanks),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": EMAIL_LENGTH}),
]
WebAddress = Annotated[
    str,
    StringConstraints(max_length=URL_LENGTH),
    AfterValidator(_web_address),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": URL_LENGTH}),
]


def _line(max_length: int, min_length: int = 1) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)


# Texts of one line lose the blanks around them.
Title = Annotated[str, _line(200), AfterValidator(_single_line)]
Name = Annotated[str, _line(64), AfterValidator(_single_line)]
BlankableName = Annotated[str, _line(64, min_length=0), AfterValidator(_single_line)]
CourseId = Annotated[str, _line(255), AfterValidator(_single_line)]
RequirementId = Annotated[str, _line(128), AfterValidator(_single_line)]


class PageQuery(Query):
    """Which page of a list."""

    limit: Annotated[int, Lax] = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(
        default=None, max_length=1024, description="`next_cursor` of the page before."
    )

    @field_validator("limit", mode="before")
    @classmethod
    def _is_written_in_digits(cls, text: str) -> str:
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise fault("Has to be a whole number from 1 to 200.")
        return text
