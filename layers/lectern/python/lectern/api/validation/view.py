"""A self-test as the API shows it."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from lectern.api.http.views import View
from lectern.domain.validation import CheckId, CheckState, Validation, ValidationState


class ValidationStarted(View):
    """The self-test that runs now."""

    validation_id: str


class ValidationCheckView(View):
    """A check of a self-test."""

    id: CheckId
    title: str
    state: CheckState = Field(description="`skipped` says why in `detail`.")
    detail: str | None = Field(description="What was found, in plain words.")
    remedy: str | None = Field(description="Where in Zoom, or in the settings, it is put right.")


class ValidationView(View):
    """A self-test of a connection."""

    validation_id: str
    connection: str
    state: ValidationState = Field(description="`failed`: at least one check failed.")
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    checks: list[ValidationCheckView] = Field(description="All checks, always in the same order.")


class ValidationPage(View):
    """A page of self-tests, the last one first."""

    items: list[ValidationView]
    next_cursor: str | None


def validation_view(validation: Validation) -> ValidationView:
    """What there is to show of a self-test."""
    return ValidationView(
        validation_id=validation.validation_id,
        connection=validation.connection,
        state=validation.state,
        started_at=validation.started_at,
        ended_at=validation.ended_at,
        checks=[
            ValidationCheckView(
                id=check.id,
                title=check.id.heading,
                state=check.state,
                detail=check.detail,
                remedy=check.remedy,
            )
            for check in validation.checks
        ],
    )
