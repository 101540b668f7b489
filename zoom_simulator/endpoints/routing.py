"""Which function carries out which operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from zoom_simulator.faults.injection import Struck
from zoom_simulator.operations import OPERATIONS, Kind
from zoom_simulator.world import World


@dataclass(frozen=True)
class ApiCall:
    """A call that may be carried out: its token, scope and rate are good.

    Attributes:
        path: The arguments in the path, such as ``session_id``.
        query: The query string.
        body: The body, as it came.
        struck: The faults that befall it.
    """

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    struck: Struck


@dataclass(frozen=True)
class Reply:
    """What Zoom answers."""

    status: int
    body: Mapping[str, Any] | None = None


Handler = Callable[[ApiCall], Reply]
SessionHandler = Callable[[Kind, ApiCall], Reply]
HANDLERS: dict[str, Handler] = {}

NO_CONTENT = Reply(HTTPStatus.NO_CONTENT)


def carries_out(name: str) -> Callable[[Handler], Handler]:
    """Makes a function the one that carries out an operation."""

    def register(handler: Handler) -> Handler:
        HANDLERS[OPERATIONS[name].name] = handler
        return handler

    return register


def carries_out_of_each_kind(name: str) -> Callable[[SessionHandler], SessionHandler]:
    """Makes a function the one that carries out an operation on meetings and on webinars.

    Args:
        name: The operation's, with the kind left open, as in ``create_{kind}``.
    """

    def register(handler: SessionHandler) -> SessionHandler:
        for kind in Kind:
            carries_out(name.format(kind=kind.value))(partial(handler, kind))
        return handler

    return register
