"""API Gateway's throttling: the method settings of the template's stage, as buckets of tokens."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.routes import ANY_METHOD, Route
from local.template import TemplateError

_ALL = "/*", "*"


@dataclass(frozen=True)
class Limit:
    """How many requests a method takes.

    Attributes:
        resource: The path that it counts for; `/*` for each method that has no other.
        method: The method, in capitals; `*` with `/*`.
        rate: Tokens in a second.
        burst: Tokens at most.
    """

    resource: str
    method: str
    rate: float
    burst: float


def limits_of(settings: Iterable[Mapping[str, Any]], routes: Sequence[Route]) -> list[Limit]:
    """Reads the method settings of a stage as strictly as CloudFormation, or more so.

    AWS documents that all slashes but the first one are written `~1`, and refuses `ANY` as a
    method; what names no method of the API would count for nothing.

    Raises:
        TemplateError: A setting that AWS would refuse, or that would count for nothing.
    """
    known = {(route.resource, route.method.upper()) for route in routes}
    limits = [_limit(each) for each in settings]
    for limit in limits:
        if (limit.resource, limit.method) not in {_ALL, *known}:
            raise TemplateError(f"{limit.method} {limit.resource} has a setting and no route")
    return limits


def _limit(setting: Mapping[str, Any]) -> Limit:
    path, method = setting["ResourcePath"], setting["HttpMethod"]
    if (path, method) != _ALL and not (re.fullmatch("/(~1[^/*]+)?", path) and method.isupper()):
        raise TemplateError(f"Invalid method setting path: {path}/{method}")
    if method == "ANY":
        raise TemplateError(f"Invalid method setting path: {path}/ANY")
    resource = path if path == "/*" else "/" + path[1:].replace("~1", "/").lstrip("/")
    return Limit(resource, method, setting["ThrottlingRateLimit"], setting["ThrottlingBurstLimit"])


class Throttles:
    """Lets through what the limits of a stage have room for.

    Args:
        limits: Those of the stage.
        now: Seconds that only grow.
    """

    def __init__(self, limits: Iterable[Limit], now: Callable[[], float]) -> None:
        self._limits = {(limit.resource, limit.method): limit for limit in limits}
        self._now = now
        self._left: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def let_through(self, route: Route) -> bool:
        """Takes a token for a request to a route, if there is one."""
        method = "ANY" if route.method == ANY_METHOD else route.method.upper()
        key = route.resource, method
        limit = self._limits.get(key) or self._limits.get(_ALL)
        if limit is None:
            return True
        with self._lock:
            now = self._now()
            tokens, at = self._left.get(key, (limit.burst, now))
            tokens = min(limit.burst, tokens + (now - at) * limit.rate)
            self._left[key] = (tokens - 1 if tokens >= 1 else tokens), now
        return tokens >= 1
