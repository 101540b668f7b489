"""Wakes the function that delivers: nobody looks into the queue of deliveries all the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lectern.telemetry import JsonLog, place_of

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_log = JsonLog(__name__)

_BY_A_CHANGE = b'{"by": "change"}'


class Bell:
    """The way to wake it.

    Args:
        client: Gives a Lambda client, which is made where there is something to deliver.
        function: The function that drains the queue.
    """

    def __init__(self, client: Callable[[], LambdaClient], function: str) -> None:
        self._client = client
        self._function = function

    def ring(self) -> None:
        """Has the function look into the queue, and waits for nothing.

        Where that cannot be asked for, it looks by itself within a minute.
        """
        try:
            self._client().invoke(
                FunctionName=self._function, InvocationType="Event", Payload=_BY_A_CHANGE
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is lost by it
            _log.error("who delivers could not be woken", **place_of(error))
