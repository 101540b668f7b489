"""Builds the stores, over the one table and over Secrets Manager."""

from __future__ import annotations

import os
import time
from functools import cache

from lectern.composition import aws
from lectern.secret_store import SecretStore
from lectern.store.attendance import AttendanceStore
from lectern.store.budget import BudgetStore
from lectern.store.clicks import ClickStore
from lectern.store.console import ConsoleStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.joining import JoinStore
from lectern.store.outbox import OutboxStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.timeline import TimelineStore
from lectern.store.tokens import TokenStore
from lectern.store.validations import ValidationStore
from lectern.store.zoom_cache import ZoomCache


@cache
def table() -> Table:
    """The one table."""
    return Table(aws.dynamodb(), os.environ["TABLE_NAME"])


@cache
def events() -> EventStore:
    """The events."""
    return EventStore(table())


@cache
def enrollments() -> EnrollmentStore:
    """The enrollments."""
    return EnrollmentStore(table())


@cache
def settings() -> SettingsStore:
    """The settings and connections."""
    return SettingsStore(table())


@cache
def secrets() -> SecretStore:
    """The secrets of the connections."""
    return SecretStore(aws.secrets_manager(), os.environ["SECRET_PREFIX"])


@cache
def tokens() -> TokenStore:
    """The access tokens."""
    return TokenStore(table())


@cache
def scopes() -> ScopeStore:
    """What is known of the scopes of the connections' apps."""
    return ScopeStore(table())


@cache
def budgets() -> BudgetStore:
    """The counters of Zoom's limits."""
    return BudgetStore(table())


@cache
def answers() -> ZoomCache:
    """The cache of Zoom's lookups."""
    return ZoomCache(table())


@cache
def clicks() -> ClickStore:
    """How often clicks lately had Zoom called."""
    return ClickStore(table())


@cache
def console() -> ConsoleStore:
    """The sessions of the console."""
    return ConsoleStore(table())


@cache
def joins() -> JoinStore:
    """The reader of people's ways in."""
    return JoinStore(table())


@cache
def instances() -> InstanceStore:
    """The runs of sessions at Zoom."""
    return InstanceStore(table())


@cache
def attendance() -> AttendanceStore:
    """Who attended."""
    return AttendanceStore(table())


@cache
def timeline() -> TimelineStore:
    """What happened to events."""
    return TimelineStore(table())


@cache
def outbox() -> OutboxStore:
    """The notifications."""
    return OutboxStore(table(), time.sleep)


@cache
def validations() -> ValidationStore:
    """The self-tests."""
    return ValidationStore(table())
