"""What all domain models share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict


class DomainModel(BaseModel):
    """A value of the domain: frozen, compared by content, and closed to unknown fields.

    Errors of validation do not show the values, which may be people's or secret.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _none_to_empty(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_none_to_empty)]
"""A text in which nothing and the empty text are the same."""

Instant = AwareDatetime
"""A moment with an offset; the domain keeps it in UTC."""
