"""A form as it is shown: filled in with what is stored, or with what was typed and refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from lectern.api.http.problems import HttpError, InvalidRequest, http_error_of
from lectern.api.http.request import faults_of
from lectern.console.forms.fields import FieldKind, FormField
from lectern.domain.errors import LecternError

VERSION, SHOWN = "version", "shown"
"""What a form carries: the version that it was made from, and what stood in it then."""


@dataclass(frozen=True)
class Difference:
    """A field that somebody else gave another value meanwhile.

    Attributes:
        theirs: What is stored now.
        yours: What was typed; the same as theirs where nothing else was.
        is_typed: Whether it was typed at all, and so stands in the form; otherwise theirs does.
    """

    field: FormField
    theirs: str
    yours: str
    is_typed: bool


@dataclass(frozen=True)
class Filling:
    """What stands in the fields of a form, by their names.

    Attributes:
        values: What stands there.
        set_at: When each secret was set that is.
        faults: What is wrong with a field.
        refusal: Why the form was not carried out.
        beside: Faults that are of no field.
        version: Of what is stored, as the form was made from it.
        shown: What stood in the form then, and since when each secret was set.
        differences: What somebody else gave another value meanwhile.
    """

    values: Mapping[str, str]
    set_at: Mapping[str, datetime] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    refusal: HttpError | None = None
    beside: Sequence[str] = ()
    version: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    differences: Sequence[Difference] = ()

    @property
    def status(self) -> HTTPStatus:
        """What the form is answered with."""
        return self.refusal.status if self.refusal else HTTPStatus.OK

    @property
    def carried(self) -> dict[str, str]:
        """What the form carries beside what is filled in."""
        return {VERSION: self.version, SHOWN: json.dumps(self.shown)} if self.version else {}

    @property
    def first_fault(self) -> str:
        """The field to be looked at first; empty where nothing is wrong."""
        return next(iter(self.faults), "")


def stored(fields: Sequence[FormField], view: Mapping[str, Any], version: str = "") -> Filling:
    """The form with what the API shows."""
    found = {each: _at(each.pointer, view) for each in fields}
    values = {each.name: each.shown(value) for each, value in found.items()}
    set_at = {
        each.name: value["changed_at"]
        for each, value in found.items()
        if each.kind is FieldKind.SECRET and isinstance(value, dict) and value["set"]
    }
    shown = values | {name: moment.isoformat() for name, moment in set_at.items()}
    return Filling(values=values, set_at=set_at, version=version, shown=shown)


def refused(
    fields: Sequence[FormField], before: Filling, form: Mapping[str, str], refusal: HttpError
) -> Filling:
    """The form with what was typed, secrets left out, and what the API has against it.

    Args:
        fields: The fields, in their order on the page.
        before: The form with what is stored.
        form: What was typed.
        refusal: What the API answered.
    """
    faults: dict[str, str] = {}
    beside: list[str] = []
    for each in refusal.faults:
        place = _field_of(each.pointer, fields)
        if place is None:
            beside.append(each.detail)
        else:
            faults.setdefault(place.name, each.detail)
    typed = {
        each.name: form.get(each.name, "") for each in fields if each.kind is not FieldKind.SECRET
    }
    return Filling(
        values={**before.values, **typed},
        set_at=before.set_at,
        faults={each.name: faults[each.name] for each in fields if each.name in faults},
        refusal=refusal,
        beside=beside,
        version=form.get(VERSION, ""),
        shown=shown_in(form),
    )


def shown_in(form: Mapping[str, str]) -> dict[str, str]:
    """What had stood in a form that was filled in, as far as it says so."""
    try:
        told = json.loads(form.get(SHOWN, ""))
    except ValueError:
        return {}
    return {str(name): str(each) for name, each in told.items()} if isinstance(told, dict) else {}


def refusal_of(carry_out: Callable[[], object]) -> HttpError | None:
    """Why the API does not carry something out; ``None`` where it did."""
    try:
        carry_out()
    except ValidationError as error:
        return InvalidRequest(faults=faults_of(error))
    except LecternError as error:
        refusal = http_error_of(error)
        if refusal.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return refusal
    return None


def _at(pointer: str, view: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the view has
    value: Any = view
    for name in pointer.split("/")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _field_of(pointer: str, fields: Sequence[FormField]) -> FormField | None:
    """The field that a fault is of: its own place, or what is within it."""
    return next((each for each in fields if f"{pointer}/".startswith(f"{each.pointer}/")), None)
