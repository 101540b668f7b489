"""Each sample event is taken by its function, in the whole local cloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from lectern_testing.table import REPOSITORY
from local.cloud import LocalCloud

FUNCTIONS = sorted(file.parent.name for file in (REPOSITORY / "functions").glob("*/app.py"))
EVENTS = REPOSITORY / "events"

OUTCOMES = {"LeaseLost"}
"""What a task may end with that is about something else by now: the state machine catches it."""


def name_of(function: str) -> str:
    """The name under which a function of the local stack is invoked."""
    return f"lectern-local-{function.title().replace('_', '')}Function"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_sample(function: str) -> None:
    assert list((EVENTS / function).glob("*.json"))


@pytest.mark.parametrize(
    "file", sorted(EVENTS.glob("*/*.json")), ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_each_sample_is_taken(cloud: LocalCloud, file: Path) -> None:
    url = f"{cloud.aws_url}/2015-03-31/functions/{name_of(file.parent.name)}/invocations"

    response = requests.post(url, data=file.read_bytes(), timeout=60)

    told = response.json()
    assert response.status_code == 200
    if "X-Amz-Function-Error" in response.headers:
        assert told["errorType"] in OUTCOMES, told
        return
    failed = told.get("batchItemFailures", []) if isinstance(told, dict) else []
    assert failed == []
    assert json.loads(file.read_text(encoding="utf-8"))
    if isinstance(told, dict):
        assert told.get("statusCode", 200) < 500
