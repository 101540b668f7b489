"""The join decision of one user: from what is stored, and where need be with a step at Zoom."""

from __future__ import annotations

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Identifier, Query
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.join.view import join_view
from lectern.domain.join.decision import JoinDecision
from lectern.store.joining import JoinFacts


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
    """What someone is told who wants to join now; Zoom is asked only if something is missing."""
    decision = look.decide(dependencies.now())
    return dependencies.join_click().go_further(look, decision) if decision.step else decision
