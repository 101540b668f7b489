"""API keys: which are let in, and to what."""

import hashlib
import importlib.util
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "functions" / "authorizer" / "app.py"
METHOD = "arn:aws:execute-api:eu-west-1:123456789012:api/live/GET/v1/events/ev-1"


@pytest.fixture
def effect(monkeypatch):
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in ("old-key", "new-key")]
    monkeypatch.setenv("API_KEY_HASHES", ",".join(digests))
    spec = importlib.util.spec_from_file_location("authorizer_app", APP)
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)

    def effect(token):
        answer = app.handler({"authorizationToken": token, "methodArn": METHOD}, None)
        [statement] = answer["policyDocument"]["Statement"]
        return statement["Effect"], statement["Resource"]

    return effect


@pytest.mark.parametrize("key", ["old-key", "new-key"])
def test_both_keys_are_valid_while_one_is_being_rotated(effect, key):
    assert effect(f"Bearer {key}")[0] == "Allow"


@pytest.mark.parametrize("token", ["Bearer other", "Bearer ", "old-key", "Bearer old-key,new-key"])
def test_everything_else_is_denied(effect, token):
    assert effect(token)[0] == "Deny"


def test_a_digest_is_no_key(effect):
    assert effect(f"Bearer {hashlib.sha256(b'old-key').hexdigest()}")[0] == "Deny"


def test_the_answer_covers_the_whole_api_so_that_it_can_be_remembered(effect):
    assert effect("Bearer new-key")[1] == "arn:aws:execute-api:eu-west-1:123456789012:api/live/*"
