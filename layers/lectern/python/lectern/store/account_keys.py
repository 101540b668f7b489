"""How the items of a Zoom account are keyed: its connection, limits, cached answers, self-tests."""

from __future__ import annotations

from datetime import datetime

from lectern.domain.enrollment import Assistance
from lectern.store.keys import Key, stamp

CONNECTIONS = "CONNECTIONS"
"""The partition of the Zoom accounts."""
SCOPES = "SCOPES"
VALIDATION = "VALIDATION"
VALIDATIONS_DUE = "VALIDATIONS"
"""The partition of GSI2 with the self-tests that the background sweep has something to do for."""
_AFTER_ALL_MILLISECONDS = 10**13 - 1
"""Of the epoch, in the year 2286: what moments are counted back from."""
_HOST_PREFIX = "HOST#"


def budget_of_second(connection_id: str, second: datetime) -> Key:
    """What was used of an account's limits within a second."""
    return {"PK": f"BUDGET#{connection_id}#{stamp(second)[:19]}", "SK": "SECOND"}


def learned_budget(connection_id: str) -> Key:
    """What Zoom was lately seen to allow an account."""
    return {"PK": known_of_connection(connection_id), "SK": "LEARNED"}


def budget_of_day(connection_id: str, moment: datetime) -> Key:
    """What was used of an account's limits on a day (UTC)."""
    return {"PK": f"BUDGET#{connection_id}#{stamp(moment)[:10]}", "SK": "DAY"}


def budget_of_host(connection_id: str, moment: datetime, host_id: str) -> Key:
    """What was used of a host's limit on a day (UTC)."""
    return budget_of_day(connection_id, moment) | {"SK": f"{_HOST_PREFIX}{host_id}"}


def is_budget_of_host(sort_key: str) -> bool:
    """Whether a budget of a day is a host's."""
    return sort_key.startswith(_HOST_PREFIX)


def host_of_budget(sort_key: str) -> str:
    """The host that a budget belongs to."""
    return sort_key.removeprefix(_HOST_PREFIX)


def clicks(user_id: str, event_id: str = "") -> Key:
    """How often a person's clicks lately had Zoom called, for an event or for all of them."""
    return {"PK": f"CLICKS#{user_id}", "SK": f"OF#{event_id}" if event_id else "ALL"}


def passcode_key() -> Key:
    """What the passcodes of meetings are made with."""
    return {"PK": "PASSCODES", "SK": "KEY"}


def connection(connection_id: str) -> Key:
    """A Zoom account."""
    return {"PK": CONNECTIONS, "SK": connection_id}


def known_of_connection(connection_id: str) -> str:
    """The partition of what is kept of a Zoom account beside itself."""
    return f"CONNECTION#{connection_id}"


def scopes(connection_id: str) -> Key:
    """The scopes of a Zoom account's last token; what the keys of all that is known begin with."""
    return {"PK": known_of_connection(connection_id), "SK": SCOPES}


def scope(connection_id: str, scope: str) -> Key:
    """What the last call said of one of a Zoom account's scopes."""
    return {"PK": known_of_connection(connection_id), "SK": f"{SCOPES}#{scope}"}


def scope_of(sort_key: str) -> str:
    """The scope that a call said something of; none in the key of the last token's."""
    return sort_key.removeprefix(SCOPES).removeprefix("#")


def token(connection_id: str) -> Key:
    """The access token of a Zoom account, with the lock of its renewal."""
    return {"PK": known_of_connection(connection_id), "SK": "TOKEN"}


def cached(connection_id: str, about: str) -> Key:
    """What Zoom answered about an account, or about one of its users."""
    return {"PK": known_of_connection(connection_id), "SK": f"CACHE#{about}"}


def validation(validation_id: str) -> Key:
    """A self-test."""
    return {"PK": f"VALIDATION#{validation_id}", "SK": VALIDATION}


def validation_calls(validation_id: str) -> Key:
    """How many calls at Zoom a self-test has used."""
    return {"PK": f"VALIDATION#{validation_id}", "SK": "CALLS"}


def validation_deliveries(validation_id: str) -> Key:
    """What Zoom delivered of the trial sessions of a self-test."""
    return {"PK": f"VALIDATION#{validation_id}", "SK": "DELIVERIES"}


def running_validation(connection_id: str) -> Key:
    """Which self-test of a Zoom account is running."""
    return {"PK": f"CONNECTION#{connection_id}", "SK": "RUNNING_VALIDATION"}


def validations_of(connection_id: str) -> str:
    """The partition of GSI1 that holds a Zoom account's self-tests."""
    return f"VALIDATIONS#{connection_id}"


def newest_first(moment: datetime, validation_id: str) -> str:
    """Where a self-test stands among those of its account: the later it began, the smaller."""
    return f"{_AFTER_ALL_MILLISECONDS - int(moment.timestamp() * 1000):013d}#{validation_id}"


def validation_at(position: str) -> str:
    """The self-test that stands at a position of an index."""
    return position.partition("#")[2]


def due_validation(validation_id: str, due_at: datetime) -> Key:
    """Where GSI2 has a self-test that the background sweep has something to do for."""
    return {"GSI2PK": VALIDATIONS_DUE, "GSI2SK": f"{stamp(due_at)}#{validation_id}"}


def wish_for_assistant(assistance: Assistance, event_id: str) -> Key:
    """That an event wants somebody as an assistant; without an event, the prefix of all wishes."""
    return _of_host(assistance) | {"SK": f"WANTED#{assistance.user_id}#{event_id}"}


def added_assistant(assistance: Assistance) -> Key:
    """That Lectern made somebody an assistant."""
    return _of_host(assistance) | {"SK": f"ADDED#{assistance.user_id}"}


def _of_host(assistance: Assistance) -> Key:
    return {"PK": f"ASSISTANTS#{assistance.connection}#{assistance.host_id}"}
