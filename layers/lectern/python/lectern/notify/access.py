"""Asks the LMS who has access, and takes what it answers with care."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import from_json

from lectern.domain.enrollment import Access, Requirement
from lectern.domain.event import LeadTime
from lectern.domain.settings import Settings
from lectern.domain.web_address import fault_of_web_address
from lectern.notify.lms import Lms, LmsUnavailable

_MOST_BYTES = 8 * 1024 * 1024
"""Some 16 KB for each of 500 people."""
_MOST_REQUIREMENTS = 100


def _web_address(address: str) -> str:
    if fault_of_web_address(address):
        raise ValueError("is no web address")
    return address


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _RequirementAnswer(_Answer):
    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    met: bool
    url: Annotated[str, StringConstraints(max_length=2048), AfterValidator(_web_address)] | None = (
        None
    )


class _DecisionAnswer(_Answer):
    user_id: str
    granted: bool
    requirements: list[_RequirementAnswer] = []


_DECISION = TypeAdapter(_DecisionAnswer)


def ask_who_has_access(
    lms: Lms, settings: Settings, event_id: str, lead: LeadTime | None, user_ids: Sequence[str]
) -> dict[str, Access]:
    """Asks the LMS who has access; its decisions by user.

    A decision that cannot be read, or is about somebody else, is none: what was known stands.

    Args:
        lms: The LMS.
        settings: Where it is asked.
        event_id: The event.
        lead: The lead time that it is asked for.
        user_ids: Up to 500 people.

    Raises:
        LmsUnavailable: It did not answer with decisions.
    """
    url = settings.access_validation.check_url
    if url is None:
        return {}
    content = {"event_id": event_id, "user_ids": list(user_ids)}
    identifier = _identifier(event_id, str(lead), user_ids[0])
    answer = lms.post(url, identifier, content, settings, most_bytes=_MOST_BYTES)
    wanted = set(user_ids)
    decisions = filter(None, map(_decision, _listed(answer)))
    return {user: access for user, access in decisions if user in wanted}


def _listed(answer: bytes) -> list[Any]:
    try:
        content = from_json(answer)
    except ValueError:
        content = None
    listed = content.get("decisions") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise LmsUnavailable(cause="UnusableAnswer")
    return listed


def _decision(entry: object) -> tuple[str, Access] | None:
    try:
        decision = _DECISION.validate_python(entry)
    except ValidationError:
        return None
    if len(decision.requirements) > _MOST_REQUIREMENTS:
        return None
    requirements = tuple(Requirement(**dict(each)) for each in decision.requirements)
    return decision.user_id, Access(granted=decision.granted, requirements=requirements)


def _identifier(*parts: str) -> str:
    return "ask_" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:26]
