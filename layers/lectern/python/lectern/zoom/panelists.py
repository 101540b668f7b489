"""The panelists of a Zoom account's webinars."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from lectern.domain.enrolment import Person
from lectern.domain.errors import ZoomNotFound, ZoomRejected
from lectern.zoom import operations as zoom
from lectern.zoom.calls import Calls

NAME_LENGTH = 64
"""Longer names are shortened: one that Zoom refuses would cost the person their place."""

_PANELIST_GONE_CODES = {300, 3000}
"""What Zoom answers to the deletion of a panelist that it does not have."""


class ListedPanelist(BaseModel):
    """A panelist in the list of a webinar's."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    panelist_id: str = Field(validation_alias="id")
    email: str = ""
    join_url: str | None = None


class PanelistList(BaseModel):
    """All panelists of a webinar; Zoom lists them without pages."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    panelists: list[ListedPanelist] = Field(default_factory=list)


class Panelists:
    """The panelists of webinars.

    Args:
        calls: The account's calls.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: Calls) -> None:
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
        """Takes a panelist away, whose link stops working; one who is gone counts as taken away."""
        path = {"session_id": zoom_id, "panelist_id": panelist_id}
        try:
            self._calls.make(zoom.DELETE_PANELIST, path=path)
        except ZoomNotFound:
            return
        except ZoomRejected as error:
            if error.code not in _PANELIST_GONE_CODES:
                raise


def display_name(person: Person) -> str:
    """What a person is called where Zoom wants one name."""
    return f"{person.first_name} {person.last_name}".strip()[:NAME_LENGTH].strip()
