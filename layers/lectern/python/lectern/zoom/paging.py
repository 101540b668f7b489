"""Zoom's lists in pages, none of which is read for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from lectern.domain.errors import ZoomUnavailable
from lectern.zoom.operations import Operation

MOST_PAGES = 500
"""Of up to 300 entries each: more than any session has people, or any host has sessions."""


MOST_RESTARTS = 3
"""How often a list is begun anew whose page token Zoom refuses, as it does after 15 minutes."""


class ZoomPage(Protocol):
    """A page of a list of Zoom's."""

    @property
    def next_page_token(self) -> str:
        """The token to ask for the next page with; empty on the last one."""


SomePage = TypeVar("SomePage", bound=ZoomPage)


def pages(operation: Operation, read: Callable[[str], SomePage]) -> Iterator[SomePage]:
    """All pages of a list, one after the other.

    Args:
        operation: What lists them.
        read: Reads the page of a token; of the empty one, the first.

    Raises:
        ZoomUnavailable: The pages go round in a circle, or there is no end of them.
    """
    token, known = "", set[str]()
    while len(known) < MOST_PAGES:
        page = read(token)
        yield page
        token = page.next_page_token
        if not token:
            return
        if token in known:
            break
        known.add(token)
    raise endless(operation.name)


def endless(operation: str) -> ZoomUnavailable:
    """The error for a list whose pages never end: no usable answer."""
    return ZoomUnavailable(operation, unclear=False, cause="EndlessList")
