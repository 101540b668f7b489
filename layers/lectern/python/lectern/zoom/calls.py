"""Calls of one Zoom account's API for one purpose, with answers in Lectern's own form."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from lectern.domain.budget import Lane
from lectern.domain.errors import ZoomUnavailable
from lectern.zoom.answers import ZoomAnswer
from lectern.zoom.budget import Turns
from lectern.zoom.client import ZoomClient
from lectern.zoom.operations import Operation

PAGE_SIZE = 300
"""Zoom: at most 300 records a page."""


Answer = TypeVar("Answer", bound=ZoomAnswer)


class Calls:
    """Calls of one Zoom account.

    Args:
        client: The account's client.
        lane: What the calls are for.
        turns: Of whoever can come back later, where the account is busy.

    All methods raise ``ZoomError`` in its classes.
    """

    def __init__(self, client: ZoomClient, lane: Lane, turns: Turns | None = None) -> None:
        self._client = client
        self._lane = lane
        self._turns = turns

    def make(self, operation: Operation, **parts: Any) -> dict[str, Any]:  # noqa: ANN401
        """Carries an operation out; see ``ZoomClient.call`` for its parts."""
        return self._client.call(operation, lane=self._lane, turns=self._turns, **parts)

    def read(self, model: type[Answer], operation: Operation, **parts: Any) -> Answer:  # noqa: ANN401
        """Carries an operation out and reads Zoom's answer."""
        return in_form(model, operation, self.make(operation, **parts))


def in_form(model: type[Answer], operation: Operation, answer: object) -> Answer:
    """Zoom's answer in our form.

    Raises:
        ZoomUnavailable: It lacks what it must have; what was asked for may have happened.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise ZoomUnavailable(operation.name, unclear=True) from error
