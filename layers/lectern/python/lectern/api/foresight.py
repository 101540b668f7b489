"""The check of an event before it is saved: what saving it would run into."""

from __future__ import annotations

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.event_changes import EventChanges
from lectern.api.event_model import EventBody, details_of
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.views import View
from lectern.domain.foresight import Clash
from lectern.domain.problems import EventProblem


class ForeseenView(View):
    """Something that saving the event would run into."""

    code: EventProblem | Clash
    message: str
    remedy: str


class CheckView(View):
    """Everything that saving the event would run into; nothing is in the way of an empty list."""

    problems: list[ForeseenView]


def check_event(call: Call[EventBody, Query], parts: Parts) -> Answer:
    """Says what saving the event would run into, and stores nothing."""
    event_id, details = call.path["event_id"], details_of(call.body)
    EventChanges(parts.events(), parts.settings(), parts.now()).check(event_id, details)
    found = parts.foresight().problems(event_id, details)
    return Answer(CheckView(problems=[ForeseenView.model_validate(each) for each in found]))
