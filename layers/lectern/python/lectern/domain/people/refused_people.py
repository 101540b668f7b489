"""Whom a refusal of several people is about, and what each of them is told of it.

Zoom refuses a batch whole. Where it says ``registrants[3].email`` it means the fourth, who alone is
told so; what it says of nobody in particular is told to all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lectern.domain.errors import Fault, LimitScope, ZoomDailyLimit, ZoomError, ZoomRejected
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.zoom_refusals import (
    Concern,
    Meaning,
    is_guessed,
    reading_of,
    reason_of_person,
    zoom_said,
)

_PLACE = re.compile(r"\w*[\[.](\d{1,3})\]?(?:\.|$)")
"""How a field begins that is one person's among several."""

_OF_EVERYBODY = frozenset({Meaning.QUESTIONS, Meaning.OVER})
"""What is so for whoever is sent next."""


class Refusal(NamedTuple):
    """The refusal of one person, as it is told.

    Attributes:
        reason: The code.
        message: The sentence, with Zoom's own words and the fields that it names.
    """

    reason: EnrollmentProblem
    message: str


def refusal_of(error: ZoomRejected) -> Refusal:
    """Words the refusal of a person whom Zoom refused alone, or whom it named."""
    reason = reason_of_person(error)
    return Refusal(reason, enrollment_message(reason, zoom_said(error)))


def said_of_each(error: ZoomRejected) -> dict[int, ZoomRejected]:
    """Splits a refusal by the places of the people whom Zoom named, as if each was sent alone."""
    faults: dict[int, list[Fault]] = {}
    for fault in error.faults:
        place = _PLACE.match(fault.field)
        if place:
            own = Fault(fault.field[place.end() :], fault.message)
            faults.setdefault(int(place[1]), []).append(own)
    return {place: _saying(error, own) for place, own in faults.items()}


def said_of_all(error: ZoomRejected) -> ZoomRejected:
    """Keeps of a refusal what names nobody; all of it, without places, if it named everybody."""
    common = [fault for fault in error.faults if not _PLACE.match(fault.field)]
    placeless = [Fault(_PLACE.sub("", fault.field, 1), fault.message) for fault in error.faults]
    return _with_faults(error, common or list(dict.fromkeys(placeless)), error.zoom_message)


def concerns_more_than_people(error: ZoomRejected | ZoomDailyLimit) -> bool:
    """Whether a refused registration is no fault of the people who were sent.

    Then nobody of the batch is tried one by one: meeting or account are looked at again.
    """
    if isinstance(error, ZoomDailyLimit):
        return error.scope is not LimitScope.REGISTRANT
    reading = reading_of(error)
    if reading.meaning in _OF_THE_PLACES:
        return False
    return reading.concern in {Concern.MEETING, Concern.HOST, Concern.ACCOUNT}


_OF_THE_PLACES = _OF_EVERYBODY | {Meaning.FULL}
"""What keeps people out of a meeting that is in order; each of them carries it."""


def is_of_everybody(error: ZoomRejected) -> bool:
    """Whether whoever is sent next would be refused for the same: the form, or the hour."""
    parts = (error, said_of_all(error), *said_of_each(error).values())
    return any(reading_of(each).meaning in _OF_EVERYBODY for each in parts)


def says_the_same(error: ZoomRejected, other: ZoomRejected) -> bool:
    """Whether two refusals have the same words, and may be about anybody."""
    return _words(error) == _words(other) and is_guessed(error)


def says_too_little(error: ZoomRejected) -> bool:
    """Whether a refusal of one person may have nothing to do with that person."""
    return is_guessed(error) or reading_of(error).concern is Concern.REQUEST


def wants_last_names(error: ZoomRejected) -> bool:
    """Whether Zoom refuses somebody for the last name."""
    if reading_of(error).meaning is not Meaning.NAME_INVALID:
        return False
    names = {fault.name for fault in error.faults}
    return not names or "last_name" in names


def _words(error: ZoomError) -> tuple[object, ...]:
    return error.code, error.zoom_message, error.faults


def _saying(error: ZoomRejected, own: list[Fault]) -> ZoomRejected:
    """The refusal of one person: the message is of all, and may be about others."""
    fields = [fault for fault in own if fault.field]
    return _with_faults(error, fields, " ".join(fault.message for fault in own if not fault.field))


def _with_faults(error: ZoomRejected, faults: list[Fault], message: str) -> ZoomRejected:
    return ZoomRejected(
        error.operation,
        status=error.status,
        code=error.code,
        zoom_message=message,
        faults=tuple(faults),
    )
