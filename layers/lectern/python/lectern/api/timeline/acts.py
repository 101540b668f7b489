"""What people have done by hand, for an event's timeline: no change of the event tells it."""

from __future__ import annotations

from lectern.api.http.dependencies import ApiDependencies
from lectern.domain.timeline import OperatorAct, of_operator


def record_act(
    event_id: str,
    act: OperatorAct,
    dependencies: ApiDependencies,
    *,
    key: str | None = None,
    user_id: str | None = None,
) -> None:
    """Records that somebody had something done by hand.

    Args:
        event_id: The event.
        act: What.
        dependencies: What the API is built from.
        key: The id of the API key that it was asked for with.
        user_id: The operator, where it was one of the console.
    """
    dependencies.timeline().record(
        of_operator(event_id, act, key=key, user_id=user_id), dependencies.now()
    )
