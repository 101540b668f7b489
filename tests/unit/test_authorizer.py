"""API keys: which are let in, and to what."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lectern.api.http.roles import KeyRole
from lectern_testing.functions import app_at

APP = Path(__file__).parents[2] / "functions" / "authorizer" / "app.py"
KEYS = {
    "admin": ("old-key", "new-key"),
    "lms": ("of-the-lms", "given-twice"),
    "read": ("reads", "given-twice"),
}
VARIABLES = {
    "admin": "API_KEY_HASHES",
    "lms": "LMS_KEY_HASHES",
    "read": "READ_KEY_HASHES",
}
METHOD = "arn:aws:execute-api:eu-west-1:123456789012:api/live/GET/v1/events/ev-1"


def handler_of(path: Path) -> Any:
    return app_at(path).handler


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    for role, keys in KEYS.items():
        digests = [hashlib.sha256(key.encode()).hexdigest() for key in keys]
        monkeypatch.setenv(VARIABLES[role], ",".join(digests))
    handler = handler_of(APP)

    def answer(token: str) -> Any:
        return handler({"authorizationToken": token, "methodArn": METHOD}, None)

    return answer


@pytest.fixture
def effect(answer: Callable[..., Any]) -> Callable[..., Any]:
    def effect(token: str) -> tuple[str, str]:
        [statement] = answer(token)["policyDocument"]["Statement"]
        return statement["Effect"], statement["Resource"]

    return effect


@pytest.mark.parametrize("key", ["old-key", "new-key"])
def test_both_keys_are_valid_while_one_is_being_rotated(
    effect: Callable[..., Any], key: str
) -> None:
    assert effect(f"Bearer {key}")[0] == "Allow"


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("old-key", "admin"),
        ("new-key", "admin"),
        ("of-the-lms", "lms"),
        ("reads", "read"),
        ("given-twice", "read"),
        ("other", "none"),
    ],
)
def test_the_answer_says_the_role_and_of_two_the_lesser(
    answer: Callable[..., Any], key: str, role: str
) -> None:
    assert answer(f"Bearer {key}")["context"] == {"role": role}


def test_roles_are_those_of_the_api(answer: Callable[..., Any]) -> None:
    given = {answer(f"Bearer {key}")["context"]["role"] for keys in KEYS.values() for key in keys}
    assert given == set(KeyRole)


def test_no_key_of_a_role_is_no_empty_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, "")
    answer = handler_of(APP)({"authorizationToken": "Bearer ", "methodArn": METHOD}, None)
    [statement] = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"


@pytest.mark.parametrize("token", ["Bearer other", "Bearer ", "old-key", "Bearer old-key,new-key"])
def test_everything_else_is_denied(effect: Callable[..., Any], token: str) -> None:
    assert effect(token)[0] == "Deny"


def test_a_digest_is_no_key(effect: Callable[..., Any]) -> None:
    assert effect(f"Bearer {hashlib.sha256(b'old-key').hexdigest()}")[0] == "Deny"


def test_the_answer_names_the_key_and_does_not_give_it_away(answer: Callable[..., Any]) -> None:
    names = [answer(f"Bearer {key}")["principalId"] for key in ("old-key", "new-key")]

    assert len(set(names)) == 2
    for name, key in zip(names, ("old-key", "new-key"), strict=True):
        assert name == answer(f"Bearer  {key} ")["principalId"]
        assert key not in name
        assert len(name) < 16


def test_the_answer_covers_the_whole_api_so_that_it_can_be_remembered(
    effect: Callable[..., Any],
) -> None:
    assert effect("Bearer new-key")[1] == "arn:aws:execute-api:eu-west-1:123456789012:api/live/*"
