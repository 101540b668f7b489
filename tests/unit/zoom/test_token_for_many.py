"""Many functions that find one token dead at once: each has a thread, a clock and a source."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from lectern.domain.errors import ZoomRateLimited
from lectern.domain.limits.budget import Lane, Plan
from lectern.domain.settings import Connection, ConnectionSecrets
from lectern.secret_store import SecretStore
from lectern.store.budget import BudgetStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.tokens import TokenStore
from lectern.zoom.client import ZoomClient
from lectern.zoom.operations import GET_USER
from lectern.zoom.rate_limiter import RateLimiter
from lectern.zoom.token import LOCK_FOR, TokenSource
from lectern_testing.aws.killable import Killed, OneAtATime
from lectern_testing.table import make_table
from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom
from zoom_simulator import SimulatorAdapter

REGION = "eu-west-1"
MANY = 20
BUSY_SECONDS = 0.5
"""How long a look at the table takes, by a function's clock: the machine is a busy one."""


class Line(SimulatorAdapter):
    """The way to Zoom: who is told that the token is dead goes on once all have been told.

    Attributes:
        kills: Whether the next to be given a token is killed before it can be stored.
        dead: The thread of the one who was.
        asked: The thread of whoever asked for a token last.
        settled: Set once a token that was given is stored, or never will be.
    """

    def __init__(self, zoom: SimulatedZoom) -> None:
        super().__init__(zoom.world)
        self.kills = False
        self.dead: int | None = None
        self.asked: int | None = None
        self.settled = threading.Event()
        self._told: set[int] = set()
        self._all_told = threading.Barrier(MANY)

    def token_died(self) -> None:
        """Begins anew, with a token that nobody was told of yet."""
        self._told.clear()
        self.settled.clear()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        answer = super().send(request, *args, **options)
        if answer.status_code == 401 and threading.get_ident() not in self._told:
            self._told.add(threading.get_ident())
            self._all_told.wait(30)
        if str(request.url).endswith("/oauth/token"):
            self.asked = threading.get_ident()
            if self.kills:
                self.kills, self.dead = False, self.asked
                self.settled.set()
                raise Killed
        return answer

    def before_aws(self, _operation: str) -> None:
        """Whoever was killed does nothing any more, not even give a lock back."""
        if threading.get_ident() == self.dead:
            raise Killed

    def after_aws(self, operation: str) -> None:
        """Notes that the token is stored."""
        if operation == "update_item" and threading.get_ident() == self.asked:
            self.settled.set()


class Function:
    """One function of the stack; its clock is its own, so that nobody waits in another's time."""

    def __init__(self, stack: Stack, name: str) -> None:
        self._stack = stack
        self._waited = 0.0
        session = requests.Session()
        session.mount(stack.zoom.world.base_url, stack.line)
        url, now, sleep = stack.zoom.world.base_url, self._now, self._sleep
        source = TokenSource(
            stack.connection,
            owner=name,
            tokens=stack.tokens,
            secrets=stack.secrets,
            scopes=stack.scopes,
            settings=stack.settings,
            session=session,
            oauth_url=f"{url}/oauth/token",
            now=now,
            sleep=sleep,
        )
        budget = RateLimiter("default", stack.budgets, lambda: Plan.BUSINESS, now, sleep)
        self._client = ZoomClient(session, f"{url}/v2", source, budget, now)

    def call(self) -> str:
        """Calls Zoom, as a click would; what Zoom says of the host."""
        user = self._client.call(GET_USER, path={"user_id": HOST}, lane=Lane.JOIN)
        return str(user["email"])

    def _now(self) -> datetime:
        return self._stack.zoom.world.now() + timedelta(seconds=self._waited)

    def _sleep(self, seconds: float) -> None:
        self._stack.line.settled.wait(30)
        self._waited += max(seconds, BUSY_SECONDS)


class Stack:
    """Many functions that have one token, at one table and one account, which lets one be valid."""

    def __init__(self) -> None:
        self.zoom = SimulatedZoom()
        self.line = Line(self.zoom)
        lock, line = threading.RLock(), self.line
        dynamodb: Any = OneAtATime(
            boto3.client("dynamodb", region_name=REGION), lock, line.before_aws, line.after_aws
        )
        secrets: Any = OneAtATime(
            boto3.client("secretsmanager", region_name=REGION),
            lock,
            line.before_aws,
            lambda _: None,
        )
        table = Table(dynamodb, make_table(dynamodb))
        self.tokens, self.budgets = TokenStore(table), BudgetStore(table)
        self.scopes, self.settings = ScopeStore(table), SettingsStore(table)
        self.secrets = SecretStore(secrets, "test/")
        credentials = self.zoom.world.seed.credentials
        self.secrets.put("default", ConnectionSecrets(client_secret=credentials.client_secret))
        self.connection = Connection(
            account_id=credentials.account_id,
            client_id=credentials.client_id,
            client_secret_changed_at=self.zoom.world.now(),
        )
        self.functions = [Function(self, f"function-{n}") for n in range(MANY)]

    def serial(self) -> int:
        """Which token is in use."""
        token = self.tokens.get("default")
        assert token is not None
        return token.serial

    def token_dies(self) -> None:
        """Somebody else asks for a token; Zoom lets the former one be valid no more."""
        self.zoom.authorize()
        self.line.token_died()
        self.zoom.world.calls.clear()

    def token_requests(self) -> int:
        """How often Zoom was asked for a token since the last one died."""
        return sum(call["operation"] == "oauth_token" for call in self.zoom.world.calls.since(0))

    def call_at_once(self) -> list[Future[str]]:
        """Has all functions call Zoom; each in a thread of its own."""
        with ThreadPoolExecutor(MANY) as pool:
            return [pool.submit(function.call) for function in self.functions]


@pytest.fixture
def stack() -> Iterator[Stack]:
    with mock_aws():
        stack = Stack()
        stack.functions[0].call()
        stack.token_dies()
        yield stack


def test_many_who_find_the_token_dead_at_once_fetch_one_for_all(stack: Stack) -> None:
    calls = stack.call_at_once()

    assert [call.result() for call in calls] == [HOST] * MANY
    assert stack.token_requests() == 1
    assert stack.serial() == 2


def test_the_token_of_one_who_dies_while_fetching_is_fetched_by_one_other(stack: Stack) -> None:
    stack.line.kills = True
    died_at = stack.zoom.world.now()

    errors = [type(call.exception()) for call in stack.call_at_once()]

    # The others are told to come back, as Step Functions does; nobody asks Zoom meanwhile.
    assert sorted(errors, key=str) == sorted([Killed, *[ZoomRateLimited] * (MANY - 1)], key=str)
    assert stack.token_requests() == 1
    # Zoom refused no call: the account is called as fast as before.
    assert stack.budgets.observed_rate("default", GET_USER.rate_class, died_at).most is None

    stack.functions[0] = Function(stack, "in place of the dead")
    # Threads that come later may have the names of those that are gone.
    stack.line.dead = stack.line.asked = None
    stack.zoom.later(seconds=LOCK_FOR.total_seconds() + 1)
    stack.token_dies()
    calls = stack.call_at_once()

    assert [call.result() for call in calls] == [HOST] * MANY
    assert stack.token_requests() == 1
    assert stack.serial() == 2
