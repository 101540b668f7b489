"""A client of AWS that makes its most frequent requests without boto3, and has boto3 for the rest.

boto3 takes longer to load than all the rest of a function that people wait for, and longer for a
request than DynamoDB itself. What is asked here is sent as boto3 would send it. Whatever does not
go well is asked again by boto3, which knows how long to try and how to tell what went wrong: a
condition that does not hold is refused a second time, and no request is made that boto3 would not
repeat after a connection that broke. It knows nothing of a request's own deadline, which is kept
for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import cached_property
from http.client import HTTPException
from typing import Any

from lectern.aws.service import AwsService, Refused
from lectern.deadline import in_time

_ATTEMPTS = 2
"""The second is for a connection that was kept while the function slept, and is gone."""


class QuickClient:
    """Stands for a client of boto3's.

    Args:
        service: Makes what asks the service, on a connection of its own.
        quickly: The operations that are asked so, by the names of the client's methods.
        client: Makes boto3's client, once something is asked of it.
    """

    def __init__(
        self,
        service: Callable[[], AwsService],
        quickly: Mapping[str, str],
        client: Callable[[], Any],
    ) -> None:
        self._make_service = service
        self._quickly = quickly
        self._make_client = client
        # Each thread takes one that is idle, and gives it back.
        self._idle: deque[AwsService] = deque()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as boto3's methods are
        """The method of a name: one that asks quickly, or boto3's own."""
        if name not in self._quickly:
            return getattr(self._client, name)

        def ask(**asked: Any) -> Any:  # noqa: ANN401
            try:
                return self._ask(self._quickly[name], asked)
            except (Refused, OSError, HTTPException, ValueError):
                return in_time(lambda: getattr(self._client, name)(**asked))

        return ask

    def _ask(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        service = self._idle.pop() if self._idle else self._make_service()
        try:
            return service.ask(operation, asked, attempts=_ATTEMPTS)
        finally:
            self._idle.append(service)

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401
        return self._make_client()
