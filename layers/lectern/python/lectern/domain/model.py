"""The base of all domain models."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict


class DomainModel(BaseModel):
    """A value of the domain: frozen, compared by content, and blind to unknown fields.

    Items of the table, inputs of tasks and messages of queues are read as such values, and a newer
    version may have written them: strict is the API about its bodies alone. That our own code names
    no field wrongly is mypy's to say. Errors of validation do not show the values, which may be
    people's or secret.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _none_to_empty(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_none_to_empty)]
"""A text in which nothing and the empty text are the same."""

Instant = AwareDatetime
"""A moment with an offset; the domain keeps it in UTC."""
