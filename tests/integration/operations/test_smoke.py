"""The look at a deployed Lectern: it finds nothing at a good one, and each fault at a bad one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from lectern import __version__
from operations import smoke
from operations.smoke import Finding, Smoke

FAILING = {"state": "failing"}
URL = "https://lectern.example/live"
GOOD: dict[tuple[str, str], tuple[int, Any]] = {
    ("/live/health", ""): (200, {"status": "ok", "version": __version__}),
    ("/live/openapi.json", ""): (200, {}),
    ("/live/v1/events", ""): (401, {}),
    ("/live/v1/events", "Bearer wrong"): (401, {}),
    ("/live/nowhere", "Bearer wrong"): (404, {}),
    ("/live/join/forged", ""): (401, {}),
    ("/live/v1/events", "Bearer good"): (200, {"items": []}),
    ("/live/v1/connections", "Bearer good"): (
        200,
        {"items": [{"connection_id": "default", "health": {"state": "working"}}]},
    ),
}


def answering(**changes: tuple[int, Any]) -> Callable[..., requests.Response]:
    """An API that is good, but for the changes by the last part of a path."""

    def get(address: str, *, headers: dict[str, str], **_: Any) -> requests.Response:
        path = urlsplit(address).path
        status, body = GOOD[path, headers.get("Authorization", "")]
        status, body = changes.get(path.rpartition("/")[2].partition(".")[0], (status, body))
        answer = requests.Response()
        answer.status_code = status
        answer._content = json.dumps(body).encode()
        return answer

    return get


def faults(get: Callable[..., requests.Response], key: str | None = "good") -> list[str]:
    return [each.title for each in Smoke(URL, key, get).findings() if each.fault]


@pytest.mark.parametrize("key", ["good", None])
def test_nothing_is_found_at_a_good_one(key: str | None) -> None:
    assert faults(answering(), key) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"health": (502, "broken")}, ["it answers", "it has the version of this checkout"]),
        ({"health": (200, {"version": "0.0.1"})}, ["it has the version of this checkout"]),
        ({"nowhere": (403, {})}, ["a path of nothing is a 404"]),
        ({"forged": (302, {})}, ["a forged join link is refused"]),
        ({"openapi": (500, {})}, ["the API's document is there"]),
        (
            {
                "connections": (
                    200,
                    {"items": [{"connection_id": "b", "health": FAILING}]},
                )
            },
            ["the credentials of b work"],
        ),
    ],
    ids=str,
)
def test_each_fault_is_named(changes: dict[str, Any], found: list[str]) -> None:
    assert faults(answering(**changes)) == found


def test_the_command_says_it_all_and_ends_by_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [Finding("a", None), Finding("b", "HTTP 500")]
    monkeypatch.setattr(Smoke, "findings", lambda _: iter(findings))
    assert smoke.main([URL]) == 1
    assert capsys.readouterr().out.split() == ["ok", "a", "FAILED", "b", "HTTP", "500"]
    findings.pop()
    assert smoke.main([URL]) == 0


def test_an_address_of_nobody_is_a_failure() -> None:
    assert smoke.main(["http://127.0.0.1:9"]) == 1
