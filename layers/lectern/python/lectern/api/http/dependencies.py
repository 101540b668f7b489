"""The dependencies of the API: a protocol, which `lectern.composition.api` fulfils."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lectern.api.http.problems import InvalidField
    from lectern.domain.settings import Connection
    from lectern.secret_store import SecretStore
    from lectern.store.attendance import AttendanceStore
    from lectern.store.budget import BudgetStore
    from lectern.store.console import ConsoleStore
    from lectern.store.enrollments import EnrollmentStore
    from lectern.store.events import EventStore
    from lectern.store.instances import InstanceStore
    from lectern.store.joining import JoinStore
    from lectern.store.outbox import OutboxStore
    from lectern.store.scopes import ScopeStore
    from lectern.store.settings import SettingsStore
    from lectern.store.timeline import TimelineStore
    from lectern.store.validations import ValidationStore
    from lectern.store.zoom_cache import ZoomCache
    from lectern.sync.join_click import JoinClick
    from lectern.sync.precheck import Precheck
    from lectern.zoom.account import ZoomAccount
    from lectern.zoom.plan_limits import AccountLimits


class CredentialsCheck(Protocol):
    """Asks Zoom whether it takes an app's credentials."""

    def faults(
        self, account_id: str, client_id: str, client_secret: str, *, webinars: bool = False
    ) -> list[InvalidField]:
        """Tells what Zoom has against the credentials; nothing if it gives a token for them."""


class ApiDependencies(Protocol):
    """Functions that give a part, so that a request builds only those that it uses."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def events(self) -> EventStore:
        """The events."""

    def enrollments(self) -> EnrollmentStore:
        """The enrollments."""

    def answers(self) -> ZoomCache:
        """The cache of Zoom's lookups."""

    def instances(self) -> InstanceStore:
        """The runs of sessions at Zoom."""

    def attendance(self) -> AttendanceStore:
        """Who attended."""

    def console(self) -> ConsoleStore:
        """The sessions of the console."""

    def joins(self) -> JoinStore:
        """The reader of people's ways in."""

    def join_click(self) -> JoinClick:
        """Does at Zoom what is missing for one person."""

    def precheck(self) -> Precheck:
        """Looks ahead at what saving an event would run into."""

    def link_key(self) -> bytes:
        """The key that join links are signed with."""

    def outbox(self) -> OutboxStore:
        """The notifications to the LMS, in order."""

    def settings(self) -> SettingsStore:
        """The settings and connections."""

    def timeline(self) -> TimelineStore:
        """What happened to events."""

    def validations(self) -> ValidationStore:
        """The self-tests of connections."""

    def secrets(self) -> SecretStore:
        """The secrets of the settings."""

    def scopes(self) -> ScopeStore:
        """What is known of the scopes of the connections' apps."""

    def budgets(self) -> BudgetStore:
        """The counters of Zoom's limits."""

    def account_limits(self, connection_id: str) -> AccountLimits:
        """Whose limits a Zoom account has."""

    def zoom_account(self, connection: Connection) -> ZoomAccount:
        """The Zoom account of a connection."""

    def credentials_check(self) -> CredentialsCheck:
        """Asks Zoom whether credentials are good."""

    def check_connection(self, connection: Connection) -> None:
        """Asks Zoom whether a connection's credentials work; the answer is noted with it."""

    def webinar_faults(self, connection: Connection) -> list[InvalidField]:
        """Asks Zoom whether an account has webinars."""

    def addresses_of(self, host: str) -> list[str]:
        """Where a host's name leads; to nowhere, as long as it is not known."""

    def is_local(self) -> bool:
        """Whether this is the local cloud, where ``http`` on loopback is an address to call."""
