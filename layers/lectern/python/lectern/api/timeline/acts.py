"""What people have done by hand, for an event's timeline: no change of the event tells it."""

from __future__ import annotations

from typing import Any

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.request import Request
from lectern.domain.timeline import OperatorAct, of_operator


def record_act(
    event_id: str,
    act: OperatorAct,
    request: Request[Any, Any],
    dependencies: ApiDependencies,
) -> None:
    """Records that somebody had something done by hand, and who.

    Args:
        event_id: The event.
        act: What.
        request: By which it was asked for: with an API key, or by an operator in the console.
        dependencies: What the API is built from.
    """
    fact = of_operator(event_id, act, key=request.key, user_id=request.operator)
    dependencies.timeline().record(fact, dependencies.now())
