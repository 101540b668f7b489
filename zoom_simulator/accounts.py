"""Which of the accounts that one simulator serves a request is for, and the answer of that one.

Zoom has one address for all of its customers: the token endpoint is told the account, a call is of
the account whose token it carries, and a link of the one whose session it leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from typing import cast
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.local import LocalProxy

from zoom_simulator.api import PREFIX
from zoom_simulator.application import Exchange, create_app, exchange
from zoom_simulator.world import World

_asked: ContextVar[World] = ContextVar("asked")
"""The world that answers the request at hand."""

_BEARER = "bearer "


@cache
def _app() -> Flask:
    """The application of every world: to make one takes as long as a dozen requests."""
    return create_app(cast("World", LocalProxy(_asked)))


def answer(
    world: World, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes
) -> Exchange:
    """Has the account answer that a request is for; the first one where it is for none.

    Args:
        world: The first account, which knows the others.
        method: The HTTP method.
        url: The path with the query.
        headers: The headers.
        body: The body.

    Raises:
        ConnectionCut: if a fault ends the connection without an answer.
    """
    headers = list(headers)
    token = _asked.set(_world_for(world, url, headers, body))
    try:
        return exchange(_app(), method, url, headers, body)
    finally:
        _asked.reset(token)


def _world_for(first: World, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> World:
    if not first.others:
        return first
    parts = urlsplit(url)
    if parts.path.startswith("/_sim"):
        return first.others.get(_value("account", parts.query), first)
    if parts.path.startswith("/oauth"):
        named = _value("account_id", body.decode("utf-8", "replace"))
        return first.others.get(named or _value("account_id", parts.query), first)
    if parts.path.startswith(PREFIX):
        return _that(first, lambda world: world.tokens.are_of(_token_in(headers)))
    return _that(first, lambda world: world.has_link(parts.path.rpartition("/")[2]))


def _that(first: World, fits: Callable[[World], bool]) -> World:
    return next((world for world in first.others.values() if fits(world)), first)


def _value(name: str, query: str) -> str:
    return parse_qs(query).get(name, [""])[0]


def _token_in(headers: Iterable[tuple[str, str]]) -> str:
    said = next((value for name, value in headers if name.lower() == "authorization"), "")
    return said[len(_BEARER) :] if said.lower().startswith(_BEARER) else ""
