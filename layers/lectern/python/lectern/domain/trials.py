"""By what the meetings and webinars of a self-test are known: their topic.

It stands in what Zoom lists and tells, so that they are found again after a lost answer, and told
apart from everybody else's in webhooks, also in those that come before an answer does. Kept to
Python's own library: what receives webhooks starts with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BEGINNING = "Lectern self-test "
_CHANGED = " (changed)"
_TOPIC = re.compile(rf"{_BEGINNING}([0-9a-f]{{32}})(?:{re.escape(_CHANGED)})?")

SIGNED_OTHERWISE = "?"
"""In place of the connection of a delivery: the present secret of none signed it. No id has it."""


def trial_topic(validation_id: str, *, changed: bool = False) -> str:
    """The topic of the trial sessions of a self-test, before they are changed or after."""
    return f"{_BEGINNING}{validation_id}{_CHANGED if changed else ''}"


def validation_of(topic: object) -> str | None:
    """The self-test that a session with this topic is of, if it is of one."""
    found = _TOPIC.fullmatch(topic) if isinstance(topic, str) else None
    return found[1] if found else None


def note_of_trial(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of a delivery that nobody vouches for, what says that a trial session was told of.

    Returns:
        The event's name and the topic alone; ``None`` for what is told of any other session.
    """
    event, payload = content.get("event"), content.get("payload")
    told = payload.get("object") if isinstance(payload, dict) else None
    topic = told.get("topic") if isinstance(told, dict) else None
    if not isinstance(event, str) or validation_of(topic) is None:
        return None
    return {"event": event[:_LONGEST_NAME], "payload": {"object": {"topic": topic}}}


_LONGEST_NAME = 64
"""Of an event of Zoom; the longest has about thirty characters."""
