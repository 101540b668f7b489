"""Join links: what the LMS puts behind its Join button, decided anew at each click."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Body, Identifier, Query
from lectern.api.http.problems import InvalidField, InvalidRequest, UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.api.join.view import JoinItem, JoinItems, join_item
from lectern.domain.join.decision import JoinDecision, JoinStep
from lectern.domain.join.link import JoinLink, sign

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


def make_join_link(
    request: Request[JoinLinkBody, Query], dependencies: ApiDependencies
) -> Response:
    """Makes a link that decides anew at each click."""
    event = dependencies.events().get(request.path["event_id"])
    if event is None:
        raise UnknownEvent
    seconds = request.body.expires_in_seconds
    if (seconds is None) == (request.body.expires is None):
        detail = _ONE_OF_BOTH if seconds is None else _NOT_BOTH
        raise InvalidRequest(faults=[InvalidField(pointer="/expires_in_seconds", detail=detail)])
    now = dependencies.now().replace(microsecond=0)
    link = JoinLink(
        event_id=event.event_id,
        user_id=request.body.user_id,
        expires_at=None if seconds is None else now + timedelta(seconds=seconds),
    )
    return Response(
        JoinLinkView(url=_url(request.base_url, link, dependencies), expires_at=link.ends_at(event))
    )


def decide_joins(
    request: Request[JoinDecisionsBody, Query], dependencies: ApiDependencies
) -> Response:
    """Says what the Join buttons of a course page show, without asking Zoom."""
    user_id, now = request.path["user_id"], dependencies.now()
    looks = dependencies.joins().look_at_all(user_id, request.body.event_ids)

    def item(event_id: str) -> JoinItem:
        decision = looks[event_id].decide(now)
        if decision.step in FETCHED_AT_CLICK:
            decision = _with_own_link(request, decision, event_id, dependencies)
        return join_item(event_id, decision)

    return Response(JoinItems(items=list(map(item, request.body.event_ids))))


def _with_own_link(
    request: Request[JoinDecisionsBody, Query],
    decision: JoinDecision,
    event_id: str,
    dependencies: ApiDependencies,
) -> JoinDecision:
    """A decision with a join link, which fetches Zoom's own link when it is clicked."""
    link = JoinLink(
        event_id=event_id,
        user_id=request.path["user_id"],
        expires_at=dependencies.now() + timedelta(seconds=DAY_SECONDS),
    )
    return decision.model_copy(update={"url": _url(request.base_url, link, dependencies)})


def _url(base_url: str, link: JoinLink, dependencies: ApiDependencies) -> str:
    return f"{base_url}/join/{sign(link, dependencies.link_key())}"
