"""The users of a Zoom account: who can host, and what for."""

from __future__ import annotations

from lectern.zoom import operations as zoom
from lectern.zoom.calls import Calls
from lectern.zoom.payloads import ZoomUser


class Users:
    """The users of one Zoom account.

    Args:
        calls: The account's calls.

    All methods raise ``ZoomError`` in its classes; only what is special is named at each.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def find(self, email: str) -> ZoomUser:
        """The user with this address.

        Raises:
            ZoomNotFound: The account has none.
        """
        return self._calls.read(ZoomUser, zoom.GET_USER, path={"user_id": email})
