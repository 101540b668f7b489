"""A join decision as the API shows it."""

from __future__ import annotations

from pydantic import Field

from lectern.api.enrollments.view import RequirementView
from lectern.api.http.views import View
from lectern.domain.event import Phase
from lectern.domain.join.decision import JoinDecision, JoinRole, JoinState
from lectern.domain.problems import EnrollmentProblem, EventProblem


class JoinView(View):
    """The Join button of one person."""

    state: JoinState
    label: str
    url: str | None = Field(description="Only in state `join`.")
    role: JoinRole | None = Field(description="`null` for who is not enrolled.")
    phase: Phase | None = Field(description="The event's; `null` where there is no such event.")
    requirements: list[RequirementView] = Field(description="What is unmet.")
    retry_after_seconds: int | None = Field(description="While `preparing`: when to ask again.")
    reason: EventProblem | EnrollmentProblem | None
    message: str | None


class JoinItem(JoinView):
    """The Join button of one event."""

    event_id: str


class JoinItems(View):
    """The Join buttons of a course page, in the order of the request."""

    items: list[JoinItem]


def join_view(decision: JoinDecision) -> JoinView:
    """The decision as the API shows it."""
    return JoinView.model_validate(decision)


def join_item(event_id: str, decision: JoinDecision) -> JoinItem:
    """The decision among those of other events."""
    return JoinItem(event_id=event_id, **dict(join_view(decision)))
