"""One token for the whole stack: two sources at one table, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from lectern.domain.errors import ZoomCredentialsInvalid, ZoomRateLimited, ZoomUnavailable
from lectern.domain.scope_knowledge import ScopeKnowledge
from lectern.domain.settings import Connection, ConnectionSecrets
from lectern.secret_store import SecretStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.tokens import TokenStore
from lectern.zoom.token import LOCK_FOR, TokenSource
from lectern_testing.table import make_table
from lectern_testing.zoom.scripted_answers import URL, ScriptedZoom, answered

REGION = "eu-west-1"


class Account:
    """A Zoom account whose tokens two functions share.

    Attributes:
        scope: The scopes that Zoom says are granted; ``None`` to say nothing.
        on_request: What happens while Zoom is asked; may raise, or answer something else.
        pauses: How often a source waited for another.
    """

    def __init__(self) -> None:
        client = boto3.client("dynamodb", region_name=REGION)
        table = Table(client, make_table(client))
        self.tokens = TokenStore(table)
        self.scopes = ScopeStore(table)
        self.settings = SettingsStore(table)
        self.secrets = SecretStore(boto3.client("secretsmanager", region_name=REGION), "test/")
        self.secrets.put("default", ConnectionSecrets(client_secret="secret"))
        self.moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
        self.granted = 0
        self.pauses = 0
        self.scope: str | None = None
        self.on_request: Callable[[], requests.Response | None] = lambda: None
        self._zoom = ScriptedZoom()

    def source(self, owner: str, *, credentials_version: int = 1) -> TokenSource:
        connection = Connection(
            account_id="acc",
            client_id="cli",
            client_secret_changed_at=self.moment,
            credentials_version=credentials_version,
        )
        return TokenSource(
            connection,
            owner=owner,
            tokens=self.tokens,
            secrets=self.secrets,
            scopes=self.scopes,
            settings=self.settings,
            session=self._zoom.session(),
            oauth_url=f"{URL}/oauth/token",
            now=self._now,
            sleep=self._sleep,
        )

    def later(self, **by: float) -> None:
        self.moment += timedelta(**by)

    def _now(self) -> datetime:
        # Each request to Zoom is answered by `_grant`.
        self._zoom.script = [self._grant]
        return self.moment

    def _sleep(self, seconds: float) -> None:
        self.pauses += 1
        self.moment += timedelta(seconds=seconds)

    def _grant(self, _request: requests.PreparedRequest) -> requests.Response:
        # What happens happens once, also where it leads to a further request.
        happens, self.on_request = self.on_request, lambda: None
        answer = happens()
        if answer is not None:
            return answer
        self.granted += 1
        token = {"access_token": f"token-{self.granted}", "expires_in": 3600, "scope": self.scope}
        return answered(200, token)


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


def test_a_token_is_asked_for_once_and_shared(account: Account) -> None:
    one, other = account.source("one"), account.source("other")

    tokens = [one.current(), one.current(), other.current(), other.current()]

    assert [token.value for token in tokens] == ["token-1"] * 4
    assert account.granted == 1


def test_a_known_token_costs_no_look_at_the_table(account: Account) -> None:
    source = account.source("one")
    source.current()
    account.tokens = None  # type: ignore[assignment]

    assert source.current().value == "token-1"


def test_who_comes_while_another_asks_waits_for_that_token(account: Account) -> None:
    one, other = account.source("one"), account.source("other")
    seen = []

    def meanwhile() -> None:
        # The other's pauses end when the first one's answer arrives, here after three of them.
        with pytest.raises(ZoomRateLimited):
            other.current()
        seen.append(account.pauses)

    account.on_request = meanwhile
    assert one.current().value == "token-1"

    assert other.current().value == "token-1"
    assert account.granted == 1
    assert seen[0] > 0


def test_a_wait_for_another_is_at_most_two_seconds(account: Account) -> None:
    account.tokens.lock(
        "default", "other", after=0, now=account.moment, until=account.moment + LOCK_FOR
    )
    began = account.moment

    with pytest.raises(ZoomRateLimited):
        account.source("one").current()

    assert account.moment - began < timedelta(seconds=2.2)
    assert account.granted == 0


def test_who_looked_just_before_another_renewed_takes_the_new_token(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = account.source("one"), account.source("other")
    lock = account.tokens.lock

    def overtaken(*args: str, **when: Any) -> bool:
        monkeypatch.setattr(account.tokens, "lock", lock)
        other.current()
        return lock(*args, **when)

    monkeypatch.setattr(account.tokens, "lock", overtaken)

    assert one.current() == other.current()
    assert account.granted == 1


def test_a_token_is_renewed_shortly_before_it_ends(account: Account) -> None:
    source = account.source("one")
    source.current()
    account.later(minutes=54)
    assert source.current().value == "token-1"

    account.later(minutes=2)

    assert source.current().value == "token-2"
    assert account.source("other").current().value == "token-2"
    assert account.granted == 2


def test_the_old_token_serves_the_others_while_one_renews_it(account: Account) -> None:
    one, other = account.source("one"), account.source("other")
    one.current()
    account.later(minutes=56)
    served = []

    account.on_request = lambda: served.append(other.current().value)
    one.current()

    assert served == ["token-1"]
    assert account.pauses == 0
    assert other.current().value == "token-2"


def test_a_token_that_ended_is_not_used(account: Account) -> None:
    account.source("one").current()
    account.later(minutes=61)

    assert account.source("other").current().value == "token-2"


def test_the_lock_of_a_dead_one_ends(account: Account) -> None:
    account.tokens.lock(
        "default", "dead", after=0, now=account.moment, until=account.moment + LOCK_FOR
    )
    account.later(seconds=26)

    assert account.source("one").current().value == "token-1"


def test_a_renewal_that_outlived_its_lock_leaves_the_newer_token_alone(account: Account) -> None:
    slow, other = account.source("slow"), account.source("other")

    def meanwhile() -> None:
        account.later(seconds=26)
        other.current()

    account.on_request = meanwhile
    slow.current()

    stored = account.tokens.get("default")
    assert stored is not None
    assert stored.value == "token-1"
    assert other.current().value == "token-1"


def test_other_credentials_void_the_token(account: Account) -> None:
    account.source("one").current()

    assert account.source("other", credentials_version=2).current().value == "token-2"


def test_a_token_that_zoom_calls_invalid_is_replaced_by_one_for_all(account: Account) -> None:
    one, other = account.source("one"), account.source("other")
    dead = one.current()
    other.current()

    assert one.replace(dead).value == "token-2"
    # The other meets the death of the same token, and takes over what is there.
    assert other.replace(dead).value == "token-2"
    assert one.current().value == other.current().value == "token-2"
    assert account.granted == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered(400, {"reason": "Invalid client_id or client_secret"}), ZoomCredentialsInvalid),
        (answered(429), ZoomRateLimited),
        (answered(500), ZoomUnavailable),
    ],
)
def test_a_renewal_that_fails_leaves_no_lock(
    account: Account, answer: requests.Response, error: type[Exception]
) -> None:
    account.on_request = lambda: answer
    with pytest.raises(error):
        account.source("one").current()

    assert account.source("other").current().value == "token-1"
    assert account.pauses == 0


def test_without_a_secret_there_is_no_token_and_no_request(account: Account) -> None:
    account.secrets = SecretStore(boto3.client("secretsmanager", region_name=REGION), "empty/")

    with pytest.raises(ZoomCredentialsInvalid):
        account.source("one").current()

    assert account.granted == 0


def test_what_a_token_says_of_scopes_is_kept(account: Account) -> None:
    account.scope = "meeting:read:meeting:admin user:read:user:admin"
    account.source("one").current()

    known = account.scopes.knowledge("default")
    assert known.granted == frozenset({"meeting:read:meeting:admin", "user:read:user:admin"})
    assert known.granted_at == account.moment


def test_a_token_that_says_nothing_of_scopes_leaves_them_unknown(account: Account) -> None:
    account.source("one").current()

    assert account.scopes.knowledge("default") == ScopeKnowledge()


def test_a_refusal_for_a_missing_scope_is_kept(account: Account) -> None:
    account.source("one").note_missing("meeting:write:meeting:admin")

    known = account.scopes.knowledge("default")
    assert known.refused_at == {"meeting:write:meeting:admin": account.moment}


def test_a_call_that_works_proves_a_scope_that_zoom_did_not_name(account: Account) -> None:
    account.scope = "webinar:write:webinar:admin user:write:admin"
    source = account.source("one")
    token = source.current()

    for name in ("webinar:write:registrant:admin", "user:read:user:admin"):
        source.note_worked(name, token)
        account.later(minutes=1)
        source.note_worked(name, token)
    first = account.moment - timedelta(minutes=2)

    # The classic scope includes the second one, which proves nothing new.
    known = account.scopes.knowledge("default")
    assert known.worked_at == {"webinar:write:registrant:admin": first}
    source.note_missing("webinar:write:registrant:admin")
    assert account.scopes.knowledge("default").worked_at == {}


def test_where_zoom_names_no_scopes_a_call_proves_nothing(account: Account) -> None:
    source = account.source("one")
    source.note_worked("user:read:user:admin", source.current())

    assert account.scopes.knowledge("default") == ScopeKnowledge()


def test_no_token_is_in_its_representation(account: Account) -> None:
    token = account.source("one").current()

    assert "token-1" not in f"{token} {token!r} {[token]}"
