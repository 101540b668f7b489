"""The join decision of one user: from what is stored, and where need be with a step at Zoom."""

from __future__ import annotations

import logging

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Identifier, Query
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.join.view import join_view
from lectern.domain.join.decision import JoinDecision
from lectern.domain.timeline import is_recorded
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
    """Decides what someone is shown who wants to join; asks Zoom only for what is missing."""
    decision = look.decide(dependencies.now())
    if decision.step:
        decision = dependencies.join_click().go_further(look, decision)
    _record(look, decision, dependencies)
    measure("JoinDecisions", 1, state=decision.state.value)
    return decision


def _record(look: JoinFacts, decision: JoinDecision, dependencies: ApiDependencies) -> None:
    """Records the click; nobody is kept out of a session because that failed."""
    if look.event is None or not is_recorded(decision):
        return
    try:
        dependencies.timeline().clicked(
            look.event.event_id, look.user_id, decision, look.last_click, dependencies.now()
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the person is let in
        _log.warning("click was not recorded: %s", type(error).__name__)
