"""The join decision of one user: from what is stored, and where need be with a step at Zoom."""

from __future__ import annotations

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.fields import Identifier, Query
from lectern.api.join_view import join_view
from lectern.api.parts import Parts
from lectern.api.problems import UnknownEvent
from lectern.domain.join import JoinDecision
from lectern.store.joining import Look


class JoinQuery(Query):
    """Whose button it is."""

    user_id: Identifier


def get_join(call: Call[None, JoinQuery], parts: Parts) -> Answer:
    """Says what the Join button shows."""
    look = parts.joins().look(call.query.user_id, call.path["event_id"])
    if look.event is None:
        raise UnknownEvent
    return Answer(join_view(decision_at_click(look, parts)))


def decision_at_click(look: Look, parts: Parts) -> JoinDecision:
    """What someone is told who wants to join now; Zoom is asked only if something is missing."""
    decision = look.decide(parts.now())
    return parts.join_click().go_further(look, decision) if decision.step else decision
