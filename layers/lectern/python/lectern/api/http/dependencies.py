"""What the API is built from; `lectern.composition.api` is one such set, tests bring their own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lectern.api.http.problems import InvalidField
    from lectern.api.settings.credentials import CredentialsCheck
    from lectern.domain.settings import Connection
    from lectern.secret_store import SecretStore
    from lectern.store.attendance import AttendanceStore
    from lectern.store.budget import BudgetStore
    from lectern.store.enrollments import EnrollmentStore
    from lectern.store.events import EventStore
    from lectern.store.instances import InstanceStore
    from lectern.store.joining import JoinStore
    from lectern.store.outbox import OutboxStore
    from lectern.store.settings import SettingsStore
    from lectern.store.zoom_cache import ZoomCache
    from lectern.sync.join_click import JoinClick
    from lectern.sync.precheck import Precheck
    from lectern.zoom.account import ZoomAccount
    from lectern.zoom.plan_limits import AccountLimits


class ApiDependencies(Protocol):
    """Functions that give a part, so that a request builds only those that it uses."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def events(self) -> EventStore:
        """The events."""

    def enrollments(self) -> EnrollmentStore:
        """The enrollments."""

    def answers(self) -> ZoomCache:
        """What Zoom lately answered."""

    def instances(self) -> InstanceStore:
        """The runs of sessions at Zoom."""

    def attendance(self) -> AttendanceStore:
        """Who attended."""

    def joins(self) -> JoinStore:
        """What is stored about people's ways in."""

    def join_click(self) -> JoinClick:
        """Does at Zoom what is missing for one person."""

    def precheck(self) -> Precheck:
        """Looks ahead at what saving an event would run into."""

    def link_key(self) -> bytes:
        """What links are signed with."""

    def outbox(self) -> OutboxStore:
        """What the LMS was told."""

    def settings(self) -> SettingsStore:
        """The settings and connections."""

    def secrets(self) -> SecretStore:
        """The secrets of the settings."""

    def budgets(self) -> BudgetStore:
        """What was used of Zoom's limits."""

    def account_limits(self, connection_id: str) -> AccountLimits:
        """Whose limits a Zoom account has."""

    def zoom_account(self, connection: Connection) -> ZoomAccount:
        """The Zoom account of a connection."""

    def credentials_check(self) -> CredentialsCheck:
        """Asks Zoom whether credentials are good."""

    def webinar_faults(self, connection: Connection) -> list[InvalidField]:
        """Asks Zoom whether an account has webinars."""

    def is_local(self) -> bool:
        """Whether this is the local cloud, where ``http`` on loopback is an address to call."""
