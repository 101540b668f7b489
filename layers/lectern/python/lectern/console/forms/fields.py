"""The fields of a form: each stands for one place in a body of the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LEFT_OUT = object()
"""What a field says of its place in the body: nothing, so it stays as it is."""

ON = "on"
_REMOVE = ".remove"


class FieldKind(StrEnum):
    """How a field is filled in, and what that makes of its place in the body."""

    TEXT = "text"
    """A text; blank leaves its place out."""
    EMAIL = "email"
    """An address; blank leaves its place out."""
    SECRET = "secret"  # noqa: S105 - the name of a kind
    """Never shown; blank keeps it."""
    ADDRESS = "address"
    """An address of the web; blank takes it away."""
    SWITCH = "switch"
    CHOICE = "choice"
    NUMBER = "number"
    NUMBERS = "numbers"
    """Several numbers in one line."""


@dataclass(frozen=True)
class FormField:
    """A field of a form.

    Attributes:
        pointer: Its place in the body, as a JSON pointer.
        choices: What can be chosen.
        longest: How much can be typed.
        can_be_removed: Whether a secret can be taken away.
    """

    pointer: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    longest: int = 128
    can_be_removed: bool = False

    @property
    def name(self) -> str:
        """What the field is called in the form."""
        return self.pointer.removeprefix("/").replace("/", ".")

    @property
    def removal(self) -> str:
        """What the box is called that takes the secret away."""
        return self.name + _REMOVE

    def value_in(self, form: Mapping[str, str]) -> object:
        """What a filled-in form says of the field's place.

        What is no number is passed on as it was typed: the API says what is wrong with it.
        """
        if form.get(self.removal) == ON:
            return None
        typed = form.get(self.name, "").strip()
        match self.kind:
            case FieldKind.SWITCH:
                return typed == ON
            case FieldKind.NUMBER:
                return _number(typed)
            case FieldKind.NUMBERS:
                return [_number(each) for each in re.split(r"[,;\s]+", typed) if each]
            case FieldKind.ADDRESS:
                return typed or None
            case _:
                return typed or LEFT_OUT

    def shown(self, value: object) -> str:
        """How what is stored stands in the field; of a secret nothing does."""
        if value is None or self.kind is FieldKind.SECRET:
            return ""
        if self.kind is FieldKind.SWITCH:
            return ON if value else ""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value)


def body_of(fields: Iterable[FormField], form: Mapping[str, str]) -> dict[str, Any]:
    """The body of the API that a filled-in form stands for."""
    body: dict[str, Any] = {}
    for field in fields:
        value = field.value_in(form)
        if value is not LEFT_OUT:
            *sections, last = field.pointer.split("/")[1:]
            place = body
            for section in sections:
                place = place.setdefault(section, {})
            place[last] = value
    return body


def _number(typed: str) -> object:
    return int(typed) if re.fullmatch(r"-?[0-9]{1,9}", typed) else typed
