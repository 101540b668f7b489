"""The join decision of one user: from what is stored, and where need be with a step at Zoom."""

from __future__ import annotations

import logging

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Identifier, Query
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.join.view import join_view
from lectern.deadline import in_time
from lectern.domain.event import Event
from lectern.domain.join.decision import JoinDecision
from lectern.store.joining import JoinFacts
from lectern.telemetry import measure

_log = logging.getLogger(__name__)


class JoinQuery(Query):
    """Whose button it is."""

    user_id: Identifier


def get_join(request: Request[None, JoinQuery], dependencies: ApiDependencies) -> Response:
    """Says what the Join button shows."""
    look = dependencies.joins().look(request.query.user_id, request.path["event_id"])
    if look.event is None:
        raise UnknownEvent
    return Response(join_view(decision_at_click(look, dependencies)))


def decision_at_click(look: JoinFacts, dependencies: ApiDependencies) -> JoinDecision:
    """Decides what someone is shown who wants to join; asks Zoom only for what is missing.

    Raises:
        TimeoutError: Zoom does not answer in the time that is left.
    """
    decision = look.decide(dependencies.now())
    if decision.step:
        decided = decision
        decision = in_time(lambda: dependencies.join_click().go_further(look, decided))
    if look.event and look.is_news(decision, dependencies.now()):
        _record(look.event, look.user_id, decision, dependencies)
    measure("JoinDecisions", 1, state=decision.state.value)
    return decision


def _record(
    event: Event, user_id: str, decision: JoinDecision, dependencies: ApiDependencies
) -> None:
    """Records the click; nobody is kept out of a session because that failed."""
    timeline, now = dependencies.timeline(), dependencies.now()
    try:
        in_time(lambda: timeline.clicked(event.event_id, user_id, decision, now))
    except Exception as error:  # noqa: BLE001 - whatever it is, the person is let in
        _log.warning("click was not recorded: %s", type(error).__name__)
