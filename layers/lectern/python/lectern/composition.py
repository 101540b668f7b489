"""The composition root: the only place that builds adapters, each once and only when it is used."""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lectern.domain.budget import Plan
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.executions import Executions
from lectern.secret_store import SecretStore
from lectern.store.answers import AnswerStore
from lectern.store.attendance import AttendanceStore
from lectern.store.budget import BudgetStore
from lectern.store.enrolments import EnrolmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.joining import JoinStore
from lectern.store.outbox import OutboxStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.tokens import TokenStore

if TYPE_CHECKING:
    import requests
    from mypy_boto3_sqs import SQSClient

    from lectern.api.credentials import CredentialsCheck
    from lectern.api.problems import Fault
    from lectern.attendance.start import AttendanceStarter
    from lectern.attendance.work import Tools as AttendanceTools
    from lectern.domain.settings import Connection
    from lectern.notify.delivery import Delivery
    from lectern.notify.lms import Lms
    from lectern.notify.news import News
    from lectern.store.sweeps import SweepStore
    from lectern.sync.dead_letters import DeadLetters
    from lectern.sync.foresight import Foresight
    from lectern.sync.join_click import JoinClick
    from lectern.sync.start import SyncStarter
    from lectern.sync.work import Tools
    from lectern.webhooks.worker import Worker
    from lectern.zoom.account import ZoomAccount
    from lectern.zoom.budget import Budget
    from lectern.zoom.client import Tokens, ZoomClient
    from lectern.zoom.limits import AccountLimits
    from lectern.zoom.oauth import GrantedToken

_RETRIES = Config(
    retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=10
)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@cache
def table() -> Table:
    """The one table."""
    return Table(boto3.client("dynamodb", config=_RETRIES), os.environ["TABLE_NAME"])


@cache
def events() -> EventStore:
    """The events."""
    return EventStore(table())


@cache
def enrolments() -> EnrolmentStore:
    """The enrolments."""
    return EnrolmentStore(table())


@cache
def settings() -> SettingsStore:
    """The settings and connections."""
    return SettingsStore(table())


@cache
def tokens() -> TokenStore:
    """The access tokens."""
    return TokenStore(table())


@cache
def secrets() -> SecretStore:
    """The secrets of the connections."""
    client = boto3.client("secretsmanager", config=_RETRIES)
    return SecretStore(client, os.environ["SECRET_PREFIX"])


@cache
def http_session() -> requests.Session:
    """One pooled session for all calls to Zoom and to the LMS."""
    import requests  # noqa: PLC0415 - only functions that call somebody pay for it

    return requests.Session()


@cache
def budgets() -> BudgetStore:
    """What was used of Zoom's limits."""
    return BudgetStore(table())


@cache
def answers() -> AnswerStore:
    """What Zoom lately answered."""
    return AnswerStore(table())


@cache
def account_limits(connection_id: str) -> AccountLimits:
    """Whose limits a Zoom account has."""
    from lectern.zoom.limits import AccountLimits  # noqa: PLC0415

    named = os.environ["ZOOM_PLAN"]
    fixed = None if named == "auto" else Plan(named)
    return AccountLimits(connection_id, answers(), fixed, now)


def find_limits() -> None:
    """Finds whose limits each Zoom account has, where it is time to."""
    for connection in settings().connections():
        account_limits(connection.connection_id).find(zoom_account(connection))


@cache
def sync_starter() -> SyncStarter:
    """What starts reconciliations."""
    from lectern.sync.start import SyncStarter  # noqa: PLC0415

    client = boto3.client("stepfunctions", config=_RETRIES)
    return SyncStarter(Executions(client, os.environ["EVENT_SYNC_ARN"]))


@cache
def outbox() -> OutboxStore:
    """The notifications."""
    return OutboxStore(table(), time.sleep)


def stream_dead_letters() -> DeadLetters:
    """Where changes go that no retry helps."""
    from lectern.sync.dead_letters import DeadLetters  # noqa: PLC0415

    return DeadLetters(_sqs(), os.environ["STREAM_DEAD_LETTERS_URL"])


def news() -> News:
    """What a batch of changes gives to tell."""
    from lectern.notify.news import News  # noqa: PLC0415
    from lectern.notify.queue import DeliveryQueue  # noqa: PLC0415

    queue = DeliveryQueue(_sqs(), os.environ["NOTIFICATION_QUEUE_URL"])
    return News(outbox(), queue, settings(), now)


@cache
def lms() -> Lms:
    """The LMS as it is called."""
    from lectern.notify.lms import Lms, SigningSecret  # noqa: PLC0415

    return Lms(http_session(), SigningSecret(secrets()), now, is_local())


@cache
def delivery() -> Delivery:
    """What delivers notifications."""
    from lectern.notify.delivery import Delivery  # noqa: PLC0415
    from lectern.notify.queue import RetryQueue  # noqa: PLC0415

    queue = RetryQueue(
        _sqs(), os.environ["NOTIFICATION_QUEUE_URL"], os.environ["NOTIFICATION_DEAD_LETTERS_URL"]
    )
    return Delivery(outbox(), settings(), lms(), queue, now)


@cache
def _sqs() -> SQSClient:
    return boto3.client("sqs", config=_RETRIES)


@cache
def instances() -> InstanceStore:
    """The runs of sessions at Zoom."""
    return InstanceStore(table())


@cache
def attendance() -> AttendanceStore:
    """Who attended."""
    return AttendanceStore(table())


@cache
def attendance_starter() -> AttendanceStarter:
    """What starts the settling of attendance."""
    from lectern.attendance.start import AttendanceStarter  # noqa: PLC0415

    client = boto3.client("stepfunctions", config=_RETRIES)
    return AttendanceStarter(Executions(client, os.environ["ATTENDANCE_ARN"]))


@cache
def attendance_tools() -> AttendanceTools:
    """What the settling of attendance reaches the world with."""
    from lectern.attendance.work import Tools  # noqa: PLC0415

    return Tools(
        events=events(),
        enrolments=enrolments(),
        settings=settings(),
        instances=instances(),
        attendance=attendance(),
        zoom=zoom_account,
        now=now,
        delay=timedelta(seconds=int(os.environ["ATTENDANCE_DELAY_SECONDS"])),
    )


@cache
def sync_tools() -> Tools:
    """What reconciliations reach the world with."""
    from lectern.store.instructors import InstructorStore  # noqa: PLC0415
    from lectern.store.leases import LeaseStore  # noqa: PLC0415
    from lectern.sync.work import Tools  # noqa: PLC0415

    return Tools(
        events=events(),
        leases=LeaseStore(table()),
        enrolments=enrolments(),
        instructors=InstructorStore(table()),
        lms=lms(),
        settings=settings(),
        answers=answers(),
        zoom=zoom_account,
        now=now,
        lease_for=timedelta(seconds=int(os.environ["LEASE_SECONDS"])),
        fold=timedelta(seconds=int(os.environ["FOLD_SECONDS"])),
        verify_after=verify_after(),
    )


def sweeps() -> SweepStore:
    """How far the sweeps came."""
    from lectern.store.sweeps import SweepStore  # noqa: PLC0415

    return SweepStore(table())


def verify_after() -> timedelta:
    """How old the last verification of an event that is near may be."""
    return timedelta(seconds=int(os.environ["VERIFY_AFTER_SECONDS"]))


@cache
def webhook_worker() -> Worker:
    """What works off Zoom's webhooks."""
    from lectern.attendance.live import LiveAttendance  # noqa: PLC0415
    from lectern.store.webhooks import WebhookStore  # noqa: PLC0415
    from lectern.webhooks.report import Tools  # noqa: PLC0415
    from lectern.webhooks.worker import Worker  # noqa: PLC0415

    live = LiveAttendance(
        events=events(),
        settings=settings(),
        instances=instances(),
        attendance=attendance(),
        now=now,
    )
    tools = Tools(
        events=events(),
        enrolments=enrolments(),
        settings=settings(),
        attendance=live,
        now=now,
    )
    return Worker(tools, WebhookStore(table()))


@cache
def joins() -> JoinStore:
    """What is stored about people's ways in."""
    return JoinStore(table())


@cache
def join_click() -> JoinClick:
    """What registers a person who wants to join."""
    from lectern.sync.join_click import JoinClick  # noqa: PLC0415 - it takes Zoom's client along

    return JoinClick(
        joins=joins(),
        events=events(),
        enrolments=enrolments(),
        settings=settings(),
        zoom=zoom_account,
        now=now,
    )


@cache
def foresight() -> Foresight:
    """What looks ahead at what saving an event would run into."""
    from lectern.sync.foresight import Foresight  # noqa: PLC0415 - it takes Zoom's client along

    stores = events(), settings(), answers(), budgets()
    return Foresight(*stores, zoom_account, lambda name: account_limits(name).plan(), now)


@cache
def link_key() -> bytes:
    """What links are signed with; a new one counts once the processes have been replaced."""
    return secrets().link_key()


@cache
def credentials_check() -> CredentialsCheck:
    """The check of credentials before they are stored."""
    from lectern.api.credentials import CredentialsCheck  # noqa: PLC0415 - only settings need it

    return CredentialsCheck(http_session(), os.environ["ZOOM_OAUTH_URL"], _account_of_token)


def webinar_faults(connection: Connection) -> list[Fault]:
    """What is to be said against webinars in a Zoom account."""
    from lectern.api.credentials import webinar_faults  # noqa: PLC0415 - only settings need it

    return webinar_faults(zoom_account(connection))


def is_local() -> bool:
    """Whether this is the local cloud, where ``http`` on loopback is an address to call."""
    return os.environ.get("LECTERN_LOCAL") == "1"


def zoom_account(connection: Connection) -> ZoomAccount:
    """The Zoom account of a connection, with the account's shared token."""
    credentials = (connection.connection_id, connection.credentials_version)
    if credentials not in _accounts:
        _accounts[credentials] = _build_account(connection)
    return _accounts[credentials]


def budget(connection: Connection) -> Budget:
    """The budget of a Zoom account."""
    from lectern.zoom.budget import Budget  # noqa: PLC0415

    name = connection.connection_id
    return Budget(name, budgets(), account_limits(name).plan, now, time.sleep)


_accounts: dict[tuple[str, int], ZoomAccount] = {}


def _build_account(connection: Connection) -> ZoomAccount:
    # Imported here, since functions that only store and start pay nothing for it.
    from lectern.zoom.account import ZoomAccount  # noqa: PLC0415
    from lectern.zoom.token import TokenSource  # noqa: PLC0415

    source = TokenSource(
        connection,
        owner=uuid.uuid4().hex,
        tokens=tokens(),
        secrets=secrets(),
        session=http_session(),
        oauth_url=os.environ["ZOOM_OAUTH_URL"],
        now=now,
        sleep=time.sleep,
    )
    return ZoomAccount(_client(source, budget(connection)))


def _account_of_token(granted: GrantedToken) -> ZoomAccount:
    """The Zoom account that a token is of whose credentials are not stored yet."""
    from lectern.zoom.account import ZoomAccount  # noqa: PLC0415
    from lectern.zoom.budget import Budget  # noqa: PLC0415
    from lectern.zoom.token import GivenToken  # noqa: PLC0415

    limits = account_limits(DEFAULT_CONNECTION)
    taken_from = Budget(DEFAULT_CONNECTION, budgets(), limits.plan, now, time.sleep)
    return ZoomAccount(_client(GivenToken(granted, now()), taken_from))


def _client(source: Tokens, taken_from: Budget) -> ZoomClient:
    from lectern.zoom.client import ZoomClient  # noqa: PLC0415

    return ZoomClient(http_session(), os.environ["ZOOM_API_URL"], source, taken_from, now)
