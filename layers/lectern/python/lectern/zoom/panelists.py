"""The panelists of a Zoom account's webinars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from lectern.domain.enrollment import Person
from lectern.domain.errors import ZoomRejected
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomRequests
from lectern.zoom.response import ZoomResponse, only_readable

NAME_LENGTH = 64
"""Longer names are shortened: one that Zoom refuses would cost the person their place."""

MOST_CHINESE = 12
"""Zoom: a panelist's name has at most 12 Chinese characters."""

_CHINESE = re.compile("[\u2e80-\u2fdf\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class ListedPanelist(ZoomResponse):
    """A panelist in the list of a webinar's."""

    panelist_id: str = Field(validation_alias="id")
    email: str = ""
    join_url: str | None = None


class PanelistList(ZoomResponse):
    """All panelists of a webinar; Zoom lists them without pages."""

    panelists: Annotated[list[ListedPanelist], only_readable(ListedPanelist)]


class Panelists:
    """The panelists of webinars.

    Args:
        calls: The account's calls.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: ZoomRequests) -> None:
        self._calls = calls

    def of(self, zoom_id: str) -> list[ListedPanelist]:
        """The webinar's panelists, with their ids and personal links."""
        path = {"session_id": zoom_id}
        return self._calls.read(PanelistList, zoom.LIST_PANELISTS, path=path).panelists

    def add(self, zoom_id: str, people: Sequence[Person]) -> None:
        """Adds up to 30 panelists. Zoom: their ids and links are only in the list.

        Raises:
            ZoomRejected: Zoom refuses them all, possibly for one of them.
        """
        panelists = [{"name": display_name(each), "email": each.email} for each in people]
        path = {"session_id": zoom_id}
        self._calls.make(zoom.ADD_PANELISTS, path=path, body={"panelists": panelists})

    def remove(self, zoom_id: str, panelist_id: str) -> None:
        """Takes a panelist away, whose link stops working; one who is gone counts as taken away.

        Raises:
            ZoomNotFound: The webinar is gone, as Zoom says.
        """
        path = {"session_id": zoom_id, "panelist_id": panelist_id}
        try:
            self._calls.make(zoom.DELETE_PANELIST, path=path)
        except ZoomRejected:
            # Zoom documents no code for a panelist who is gone; the list tells.
            if any(each.panelist_id == panelist_id for each in self.of(zoom_id)):
                raise


def display_name(person: Person) -> str:
    """A person's name where Zoom wants one alone: as much of it as Zoom takes."""
    name = f"{person.first_name} {person.last_name}".strip()[:NAME_LENGTH]
    chinese = [found.start() for found in _CHINESE.finditer(name)]
    return (name[: chinese[MOST_CHINESE]] if len(chinese) > MOST_CHINESE else name).strip()
