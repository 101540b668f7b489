"""One Zoom account, as everything that works with Zoom gets hold of it."""

from __future__ import annotations

from lectern.domain.limits.budget import Lane
from lectern.domain.limits.plan_usage import PlanUsage
from lectern.domain.meeting import Kind
from lectern.zoom.assistants import Assistants
from lectern.zoom.client import ZoomClient, ZoomRequests
from lectern.zoom.panelists import Panelists
from lectern.zoom.plan_usage import read_plan_usage
from lectern.zoom.rate_limiter import Reservations
from lectern.zoom.reports import Reports
from lectern.zoom.sessions import Sessions
from lectern.zoom.users import Users


class ZoomAccount:
    """A Zoom account: its users, its meetings, its webinars, and its reports of those.

    Args:
        client: The account's client.
        lane: What it is worked with for.
        reservations: Of whoever can come back later, where the account is busy.
    """

    def __init__(
        self, client: ZoomClient, lane: Lane = Lane.EDIT, reservations: Reservations | None = None
    ) -> None:
        self._client = client
        self._lane = lane
        self._reservations = reservations
        self._calls = ZoomRequests(client, lane, reservations)

    def in_lane(self, lane: Lane) -> ZoomAccount:
        """The same account, worked with for something else."""
        return ZoomAccount(self._client, lane, self._reservations)

    def taking(self, reservations: Reservations) -> ZoomAccount:
        """The same account, for somebody who comes back when it is their turn."""
        return ZoomAccount(self._client, self._lane, reservations)

    def sessions(self, kind: Kind) -> Sessions:
        """The account's meetings, or its webinars."""
        return Sessions(self._calls, kind)

    @property
    def users(self) -> Users:
        """The account's users."""
        return Users(self._calls)

    @property
    def assistants(self) -> Assistants:
        """The assistants of the account's users."""
        return Assistants(self._calls)

    @property
    def panelists(self) -> Panelists:
        """The panelists of the account's webinars."""
        return Panelists(self._calls)

    def plan_usage(self) -> PlanUsage:
        """Reads the account's licences, paid for and used; see ``read_plan_usage``."""
        return read_plan_usage(self._calls)

    @property
    def reports(self) -> Reports:
        """The account's reports of sessions that are over."""
        return Reports(self._calls)
