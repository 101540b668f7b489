"""Can this person join now, and if not, why: of an event, or of one person."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from lectern.api.explanation.gathering import known_of
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Identifier, Query
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.explanation import explain_event, explain_person
from lectern.domain.findings import Code, FindingConcern, Severity, Who


class ExplanationQuery(Query):
    """Whom it is about."""

    user_id: Identifier | None = Field(
        default=None,
        description="The person, who need not be enrolled; without it, it is about the event.",
    )


class FindingView(View):
    """Something that is in the way, or worth knowing."""

    code: Code = Field(description="A problem code, or the code of a circumstance.")
    severity: Severity = Field(
        description="`blocks`: somebody has to act; `waits`: it passes by itself; `notes`: it is "
        "good to know."
    )
    concerns: FindingConcern
    message: str
    remedy: str = Field(description="What has to be done, and where.")
    who: Who = Field(description="Who has to do it.")
    since: AwareDatetime | None = Field(description="`null` where that is not known.")
    next_attempt_at: AwareDatetime | None = Field(
        description="When it is tried again by itself, where that is known."
    )


class ExplanationView(View):
    """What is in the way; nothing is where the list is empty."""

    event_id: str
    user_id: str | None = Field(description="`null` where it is about the event.")
    can_join: bool | None = Field(
        description="Whether the person can join now: what the Join button says, from what is "
        "stored. `null` where it is about the event."
    )
    summary: str
    findings: list[FindingView] = Field(description="The one to act on first first.")


def get_explanation(
    request: Request[None, ExplanationQuery], dependencies: ApiDependencies
) -> Response:
    """Explains an event, or one person's way into it, from what is stored."""
    event_id, user_id = request.path["event_id"], request.query.user_id
    look = dependencies.joins().look(user_id or "", event_id)
    if look.event is None:
        raise UnknownEvent
    known = known_of(look.event, look.enrollment if user_id else None, look.settings, dependencies)
    explanation = (
        explain_event(known) if user_id is None else explain_person(known, look.enrollment, user_id)
    )
    return Response(ExplanationView.model_validate(explanation))
