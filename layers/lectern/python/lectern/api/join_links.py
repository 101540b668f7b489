"""Join links: what the LMS puts behind its Join button, decided anew at each click."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.fields import Body, Identifier, Query
from lectern.api.join_view import JoinItem, JoinItems, join_item
from lectern.api.parts import Parts
from lectern.api.problems import Fault, InvalidRequest, UnknownEvent
from lectern.api.views import View
from lectern.domain.join import JoinDecision, JoinStep
from lectern.domain.join_link import JoinLink, sign

DAY_SECONDS = 86_400
LONGEST_SECONDS = 30 * DAY_SECONDS
EVENTS = 100
FETCHED_AT_CLICK = frozenset({JoinStep.FETCH_START_LINK, JoinStep.FETCH_INVITE_LINK})
_ONE_OF_BOTH = "Has to be given, or expires in its place."
_NOT_BOTH = "Cannot be given together with expires."


class JoinLinkBody(Body):
    """Whose link it is, and how long it counts."""

    user_id: Identifier
    expires_in_seconds: Annotated[int, Field(ge=1, le=LONGEST_SECONDS)] | None = None
    expires: Literal["event_end"] | None = Field(
        default=None, description="Seven days after the event's end, moving with the event."
    )


class JoinLinkView(View):
    """A join link."""

    url: str
    expires_at: AwareDatetime


class JoinDecisionsBody(Body):
    """The events of a course page."""

    event_ids: list[Identifier] = Field(max_length=EVENTS)


def make_join_link(call: Call[JoinLinkBody, Query], parts: Parts) -> Answer:
    """Makes a link that decides anew at each click."""
    event = parts.events().get(call.path["event_id"])
    if event is None:
        raise UnknownEvent
    seconds = call.body.expires_in_seconds
    if (seconds is None) == (call.body.expires is None):
        detail = _ONE_OF_BOTH if seconds is None else _NOT_BOTH
        raise InvalidRequest(faults=[Fault(pointer="/expires_in_seconds", detail=detail)])
    now = parts.now().replace(microsecond=0)
    link = JoinLink(
        event_id=event.event_id,
        user_id=call.body.user_id,
        expires_at=None if seconds is None else now + timedelta(seconds=seconds),
    )
    return Answer(
        JoinLinkView(url=_url(call.base_url, link, parts), expires_at=link.ends_at(event))
    )


def decide_joins(call: Call[JoinDecisionsBody, Query], parts: Parts) -> Answer:
    """Says what the Join buttons of a course page show, without asking Zoom."""
    user_id, now = call.path["user_id"], parts.now()
    looks = parts.joins().look_at_all(user_id, call.body.event_ids)

    def item(event_id: str) -> JoinItem:
        decision = looks[event_id].decide(now)
        if decision.step in FETCHED_AT_CLICK:
            decision = _with_own_link(call, decision, event_id, parts)
        return join_item(event_id, decision)

    return Answer(JoinItems(items=list(map(item, call.body.event_ids))))


def _with_own_link(
    call: Call[JoinDecisionsBody, Query], decision: JoinDecision, event_id: str, parts: Parts
) -> JoinDecision:
    """A decision with a join link, which fetches Zoom's own link when it is clicked."""
    link = JoinLink(
        event_id=event_id,
        user_id=call.path["user_id"],
        expires_at=parts.now() + timedelta(seconds=DAY_SECONDS),
    )
    return decision.model_copy(update={"url": _url(call.base_url, link, parts)})


def _url(base_url: str, link: JoinLink, parts: Parts) -> str:
    return f"{base_url}/join/{sign(link, parts.link_key())}"
