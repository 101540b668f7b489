"""Which function carries out which operation of Lectern's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from lectern.domain.meeting import Kind
from lectern.zoom.operations import OF_KIND, Operation, SessionOperations
from zoom_simulator.faults.injection import Struck
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


def carries_out(operation: Operation) -> Callable[[Handler], Handler]:
    """Make a function the one that carries out an operation."""

    def register(handler: Handler) -> Handler:
        HANDLERS[operation.name] = handler
        return handler

    return register


def carries_out_of_each_kind(
    operation: Callable[[SessionOperations], Operation],
) -> Callable[[SessionHandler], SessionHandler]:
    """Make a function the one that carries out an operation on meetings and on webinars.

    Args:
        operation: Picks the operation, as in ``lambda of: of.create``.
    """

    def register(handler: SessionHandler) -> SessionHandler:
        for kind, operations in OF_KIND.items():
            carries_out(operation(operations))(partial(handler, kind))
        return handler

    return register
