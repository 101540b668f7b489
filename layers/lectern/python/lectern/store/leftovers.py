"""What a batch at DynamoDB leaves over: how long is waited before it is asked for again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

LEFTOVERS_MOST = 8
"""How often what a batch left over is asked for before it is given up: some six seconds in all."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 2.0


class Patience:
    """Waits longer each time that a batch left something over, with full jitter; not for ever.

    DynamoDB leaves over what it has no room for at this moment, and asks for exponential backoff:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    """

    def __init__(self, operation: str, pause: Callable[[float], None]) -> None:
        self._operation = operation
        self._pause = pause
        self._times = 0

    def after(self, left_over: Sequence[object]) -> None:
        """Waits, if something was left over.

        Raises:
            ClientError: As DynamoDB throttles a single request, once that has been too often.
        """
        if not left_over:
            self._times = 0
            return
        if self._times == LEFTOVERS_MOST:
            message = f"a batch left {len(left_over)} over, {LEFTOVERS_MOST + 1} times"
            error: Any = {"Code": "ProvisionedThroughputExceededException", "Message": message}
            raise ClientError({"Error": error}, self._operation)
        longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**self._times)
        self._pause(random.uniform(0, longest))  # noqa: S311 - no secret
        self._times += 1
