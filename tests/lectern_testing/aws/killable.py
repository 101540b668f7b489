"""The ways out of a Lambda, on which it can be killed: the table, and Zoom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import requests

from zoom_simulator import SimulatorAdapter, World

REGION = "eu-west-1"


class Killed(BaseException):
    """The Lambda is no more; no handler of errors runs in it."""


class OneAtATime:
    """A boto3 client whose calls never overlap, since moto does not make conditions atomic.

    Args:
        client: The client.
        lock: What calls wait for.
        before: Called with the name of each operation before it is done; what it raises is raised.
        after: Called with the name of each operation that is done.
    """

    def __init__(
        self,
        client: Any,
        lock: threading.RLock,
        before: Callable[[str], None],
        after: Callable[[str], None],
    ) -> None:
        self._client = client
        self._lock = lock
        self._before = before
        self._after = after

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._client, name)
        if not callable(attribute):
            return attribute

        def called(*args: Any, **kwargs: Any) -> Any:
            self._before(name)
            with self._lock:
                answer = attribute(*args, **kwargs)
            self._after(name)
            return answer

        return called


class KillableZoom(SimulatorAdapter):
    """The way to the simulated account, on which a Lambda can be killed before the answer."""

    def __init__(self, world: World, after: Callable[[str], None]) -> None:
        super().__init__(world)
        self._after = after

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        answer = super().send(request, *args, **options)
        if "/_sim/" not in str(request.url):
            self._after(f"{request.method} at Zoom")
        return answer


@cache
def aws_client(service: str) -> Any:
    """A client, for all stages: it takes as long to make as a small synchronisation."""
    return boto3.Session(region_name=REGION).client(service)  # type: ignore[call-overload]
