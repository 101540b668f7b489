"""The assistants of a Zoom account's users, who manage and start all of a user's meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from lectern.domain.errors import ZoomNotFound
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomRequests
from lectern.zoom.response import ZoomResponse, only_readable


class ListedAssistant(ZoomResponse):
    """An assistant in the list of a user's."""

    id: str


class AssistantList(ZoomResponse):
    """All assistants of a user; Zoom lists them without pages."""

    assistants: Annotated[list[ListedAssistant], only_readable(ListedAssistant)]


class Assistants:
    """The assistants of users.

    Args:
        calls: The account's calls.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: ZoomRequests) -> None:
        self._calls = calls

    def of(self, host_id: str) -> set[str]:
        """Zoom's ids of the user's assistants."""
        path = {"user_id": host_id}
        listed = self._calls.read(AssistantList, zoom.LIST_ASSISTANTS, path=path)
        return {each.id for each in listed.assistants}

    def add(self, host_id: str, user_ids: Sequence[str]) -> None:
        """Makes up to 30 users assistants of a user.

        Raises:
            ZoomRejected: Zoom refuses them all, possibly for one who is one already.
        """
        body = {"assistants": [{"id": user_id} for user_id in user_ids]}
        self._calls.make(zoom.ADD_ASSISTANTS, path={"user_id": host_id}, body=body)

    def remove(self, host_id: str, user_id: str) -> None:
        """Takes an assistant away; one who is none counts as taken away."""
        path = {"user_id": host_id, "assistant_id": user_id}
        try:
            self._calls.make(zoom.DELETE_ASSISTANT, path=path)
        except ZoomNotFound:
            if user_id in self.of(host_id):
                raise
