"""A click on Join on a stage, with the step at Zoom that it takes."""

from __future__ import annotations

from lectern.domain.join.decision import JoinDecision
from lectern.store.clicks import ClickStore
from lectern.store.joining import JoinStore
from lectern.sync.join_click import JoinClick
from lectern_testing.stage import Stage


def click(stage: Stage, user_id: str, event_id: str = "ev-1") -> JoinDecision:
    """What a user is told who clicks on Join."""
    # The event's store gives the table on, which all stores of a stack share.
    joins = JoinStore(stage.events._table)
    look = joins.look(user_id, event_id)
    decision = look.decide(stage.clock.now())
    if decision.step is None:
        return decision
    clicked = JoinClick(
        joins=joins,
        clicks=ClickStore(stage.table),
        events=stage.events,
        enrollments=stage.enrollments,
        instructors=stage.dependencies.instructors,
        settings=stage.settings,
        zoom=stage.dependencies.zoom,
        now=stage.clock.now,
    )
    return clicked.go_further(look, decision)
