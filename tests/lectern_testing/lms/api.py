"""The API in one process as an LMS sees it: proxy events in, answers out, the table in moto."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from ipaddress import ip_address
from typing import Any, Protocol, cast
from urllib.parse import quote
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger
from moto import mock_aws

from lectern.api.docs.about import LMS_ROUTES
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.gateway import Gateway, Log
from lectern.api.http.problems import InvalidField
from lectern.api.join.routes import JOIN_ROUTES
from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event, EventDetails
from lectern.domain.join.decision import JoinDecision, JoinStep
from lectern.domain.limits.budget import Plan
from lectern.domain.settings import Connection
from lectern.secret_store import SecretStore
from lectern.store.attendance import AttendanceStore
from lectern.store.budget import BudgetStore
from lectern.store.console import ConsoleStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.joining import JoinFacts, JoinStore
from lectern.store.leases import LeaseStore
from lectern.store.outbox import OutboxStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.timeline import TimelineStore
from lectern.store.validations import ValidationStore
from lectern.store.zoom_cache import ZoomCache
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.table import make_table

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
MORNING = datetime(2026, 11, 30, 9, tzinfo=UTC)


@dataclass
class Answered:
    """An answer, taken apart."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def pointers(self) -> list[str]:
        """Where the faults of a 422 are."""
        return [error["pointer"] for error in self.json["errors"]]


@dataclass
class ZoomThatTakes:
    """Stands for Zoom where settings are checked; takes everything until it is told otherwise."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    asked_for_webinars: int = 0
    faults_to_find: list[InvalidField] = field(default_factory=list)
    error: Exception | None = None

    def faults(self, *credentials: str, webinars: bool = False) -> list[InvalidField]:
        self.asked.append(credentials)
        return self.webinar_faults() if webinars else self._found()

    def webinar_faults(self) -> list[InvalidField]:
        self.asked_for_webinars += 1
        return self._found()

    def _found(self) -> list[InvalidField]:
        if self.error:
            raise self.error
        return self.faults_to_find


@dataclass
class ClickThatWaits:
    """Stands for a click's step at Zoom: takes none, unless a test says what comes of it."""

    steps: list[JoinStep | None] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    def go_further(self, _look: JoinFacts, decision: JoinDecision) -> JoinDecision:
        self.steps.append(decision.step)
        if self.error:
            raise self.error
        return decision.model_copy(update=self.outcome)


@dataclass
class LimitsOfBusiness:
    """Stands for what finds an account's limits; notes for which accounts it was to."""

    found_for: list[Connection] = field(default_factory=list)

    def plan(self) -> Plan:
        return Plan.BUSINESS

    def find_anew(self, account: Connection) -> None:
        self.found_for.append(account)


class LookAhead(Protocol):
    """Looks ahead at Zoom."""

    def problems(self, event_id: str, details: EventDetails, /) -> list[Any]:
        """What saving the event would run into."""


class NothingInTheWay:
    """A look ahead at Zoom that finds nothing."""

    def problems(self, _event_id: str, _details: EventDetails) -> list[Any]:
        return []


class ApiParts:
    """The parts of the API over one table, with a clock that tests move."""

    def __init__(self, table: Table, secrets: SecretStore) -> None:
        self.moment = MORNING
        self.local = False
        self.names = {"localhost": ["127.0.0.1", "::1"]}
        self.zoom = ZoomThatTakes()
        self.click = ClickThatWaits()
        self.limits = LimitsOfBusiness()
        self.checked: list[Connection] = []
        self._scopes, self._joins = ScopeStore(table), JoinStore(table)
        self._events, self._enrollments = EventStore(table), EnrollmentStore(table)
        self._leases = LeaseStore(table)
        self._instances, self._attendance = InstanceStore(table), AttendanceStore(table)
        self._budgets, self._answers = BudgetStore(table), ZoomCache(table)
        self._scopes, self._timeline = ScopeStore(table), TimelineStore(table)
        self._console = ConsoleStore(table)
        self._outbox = OutboxStore(table, lambda _seconds: None)
        self._settings, self._secrets = SettingsStore(table), secrets
        self._validations = ValidationStore(table)

    def now(self) -> datetime:
        return self.moment

    def events(self) -> EventStore:
        return self._events

    def answers(self) -> ZoomCache:
        return self._answers

    def budgets(self) -> BudgetStore:
        return self._budgets

    def account_limits(self, _connection_id: str) -> LimitsOfBusiness:
        return self.limits

    def zoom_account(self, connection: Connection) -> Connection:
        return connection

    def leases(self) -> LeaseStore:
        """What the workflow writes."""
        return self._leases

    def enrollments(self) -> EnrollmentStore:
        return self._enrollments

    def instances(self) -> InstanceStore:
        return self._instances

    def attendance(self) -> AttendanceStore:
        return self._attendance

    def settings(self) -> SettingsStore:
        return self._settings

    def validations(self) -> ValidationStore:
        return self._validations

    def outbox(self) -> OutboxStore:
        return self._outbox

    def timeline(self) -> TimelineStore:
        return self._timeline

    def scopes(self) -> ScopeStore:
        return self._scopes

    def console(self) -> ConsoleStore:
        return self._console

    def joins(self) -> JoinStore:
        return self._joins

    def join_click(self) -> ClickThatWaits:
        return self.click

    def precheck(self) -> LookAhead:
        return NothingInTheWay()

    def link_key(self) -> bytes:
        return b"k" * 64

    def secrets(self) -> SecretStore:
        return self._secrets

    def credentials_check(self) -> ZoomThatTakes:
        return self.zoom

    def check_connection(self, connection: Connection) -> None:
        self.checked.append(connection)

    def webinar_faults(self, _connection: Connection) -> list[InvalidField]:
        return self.zoom.webinar_faults()

    def addresses_of(self, host: str) -> list[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            return self.names.get(host, [])

    def is_local(self) -> bool:
        return self.local


class Lms:
    """Sends requests as API Gateway passes them on."""

    def __init__(self, parts: ApiParts, client: Any) -> None:
        self.parts = parts
        self.client = client
        self._log = StringIO()
        logger = Logger(service=f"test-{uuid4()}", level="INFO", stream=self._log)
        # Its parts stand for real ones, and do what the API has of them.
        dependencies, log = cast("ApiDependencies", parts), cast("Log", logger)
        self._gateway = Gateway(LMS_ROUTES, dependencies, log)
        self._join_gateway = Gateway(JOIN_ROUTES, dependencies, log)

    def event_as_stored(self, event_id: str = "ev-1") -> Event:
        """An event that has to be there."""
        event = self.parts.events().get(event_id)
        assert event is not None
        return event

    def enrollment_as_stored(self, user_id: str = "u-77", event_id: str = "ev-1") -> Enrollment:
        """An enrollment that has to be there."""
        enrollment = self.parts.enrollments().get(event_id, user_id)
        assert enrollment is not None
        return enrollment

    @property
    def log(self) -> str:
        """What was logged."""
        return self._log.getvalue()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        raw: str | bytes | None = None,
        role: str | None = "admin",
        resource: str | None = None,
        base_path: str = "",
    ) -> Answered:
        """Sends ``body`` as JSON, or ``raw`` as it is (bytes as base64)."""
        text = raw if isinstance(raw, str) else None
        if isinstance(raw, bytes):
            text = base64.b64encode(raw).decode()
        if body is not None:
            text = json.dumps(body)
        values = {
            name: value if isinstance(value, list) else [str(value)]
            for name, value in (query or {}).items()
        }
        if resource is None:
            resource, parameters = _route(path)
        else:
            parameters = {"proxy": path.removeprefix("/")}
        headers = {"Host": "api.example", "X-Forwarded-Proto": "https", **(headers or {})}
        event = {
            "httpMethod": method,
            "path": f"{base_path}{path}",
            "resource": resource,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {name: each[-1] for name, each in values.items()} or None,
            "multiValueQueryStringParameters": values or None,
            "pathParameters": parameters or None,
            "requestContext": {
                "requestId": uuid4().hex,
                "stage": "live",
                "path": f"{base_path or '/live'}{path}",
                "authorizer": {"principalId": "key-of-the-lms", "role": role},
                "identity": {"sourceIp": "192.0.2.7"},
            },
            "body": text,
            "isBase64Encoded": isinstance(raw, bytes),
        }
        is_join = resource in {route.path for route in JOIN_ROUTES}
        gateway = self._join_gateway if is_join else self._gateway
        answer = gateway.respond(event, "request-1")
        return Answered(answer["statusCode"], answer["headers"], answer["body"])

    def get(self, path: str, **options: Any) -> Answered:
        return self.send("GET", path, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answered:
        return self.send("PUT", path, body, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answered:
        return self.send("POST", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answered:
        return self.send("DELETE", path, **options)

    def put_event(self, event_id: str = "ev-1", /, **changes: Any) -> Answered:
        """Puts an event that is good but for the changes."""
        return self.put(f"/v1/events/{quote(event_id)}", an_event_body(**changes))

    def enrol(self, user: str = "u-77", /, **changes: Any) -> Answered:
        """Enrols a user who is good but for the changes."""
        body = {"email": f"{user}@acme.example", "first_name": "Kim", **changes}
        return self.put(f"/v1/events/ev-1/enrollments/{quote(user)}", body)

    def writes(self, ask: Callable[[], Answered]) -> tuple[Answered, list[str]]:
        """What was answered, and which writes that took."""
        with asked_of(self.client) as asked:
            answered = ask()
        return answered, [name for name in asked if name in _WRITES]


def _route(path: str) -> tuple[str, dict[str, str]]:
    """The resource of API Gateway that a path belongs to, and its parameters."""
    for route in JOIN_ROUTES:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)
        if matched := re.fullmatch(pattern, path):
            return route.path, matched.groupdict()
    if path.startswith("/v1/"):
        return "/v1/{proxy+}", {"proxy": path.removeprefix("/v1/")}
    return path, {}


@cache
def _client(service: str) -> Any:
    """Clients take longer to build than most tests take to run; they hold no state."""
    return boto3.Session(region_name="eu-west-1").client(service)  # type: ignore[call-overload]


@contextmanager
def an_lms() -> Iterator[Lms]:
    """An LMS with a table of its own."""
    with mock_aws():
        client = _client("dynamodb")
        table = Table(client, make_table(client))
        secrets = SecretStore(_client("secretsmanager"), "lectern/test/")
        yield Lms(ApiParts(table, secrets), client)


def an_event_body(**changes: Any) -> dict[str, Any]:
    """The body of a good event that begins a day after ``MORNING``; ``...`` leaves a field out."""
    body = {
        "kind": "meeting",
        "title": "Forklift safety",
        "description": "Bring your certificate.",
        "starts_at": (MORNING + timedelta(days=1)).isoformat(),
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-1", "email": "anna@acme.example"},
    } | changes
    return {name: value for name, value in body.items() if value is not ...}
