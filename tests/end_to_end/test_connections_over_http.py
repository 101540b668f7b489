"""A second Zoom account beside the first, from its connection to its end, in the whole stack."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.sessions import Session

from lectern_testing.waiting import eventually
from lectern_testing.webhooks.deliveries import a_webhook, body_of, signed_headers
from local.cloud import LocalCloud

NORTH = "north"
CREDENTIALS = {
    "account_id": "north-account",
    "client_id": "north-client",
    "client_secret": "north-secret",
}
SECRET = "north-webhook-secret"
CONNECTION = f"/v1/connections/{NORTH}"


class Account:
    """The second account, as its administrator has it in hand."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._url = f"{cloud.zoom_url}/_sim"
        seed = {"credentials": CREDENTIALS | {"webhook_secret_token": SECRET}}
        self.control("POST", "/accounts", seed | {"users": [{"email": "nora@north.example"}]})

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        url, account = self._url + path, {"account": CREDENTIALS["account_id"]}
        answer = requests.request(method, url, json=body, params=account, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def credentials(self, **changes: Any) -> None:
        seed = CREDENTIALS | {"webhook_secret_token": SECRET} | changes
        self.control("POST", "/seed", {"credentials": seed})

    @property
    def meetings(self) -> list[int]:
        return [each["id"] for each in self.control("GET", "/state")["meetings"]]


@pytest.fixture
def account(cloud: LocalCloud) -> Account:
    return Account(cloud)


@pytest.fixture
def sweep(cloud: LocalCloud) -> Callable[[], None]:
    def run() -> None:
        url = f"{cloud.control_url}/schedules/background-sweep"
        answer = requests.post(url, timeout=60)
        assert answer.ok, answer.text

    return run


def put_event(lms: Session, connection: str, host: str) -> str:
    path = f"/v1/events/{uuid.uuid4()}"
    event = {
        "kind": "meeting",
        "title": "Forklift safety",
        "starts_at": "2099-12-01T10:00:00+01:00",
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": f"u-{connection}", "email": host},
        "connection": connection,
    }
    answer = lms.put(path, json=event)
    assert answer.status_code == 202, answer.text
    return path


def synced(lms: Session, path: str) -> dict[str, Any]:
    return eventually(
        lambda: (found := lms.get(path).json())["sync"]["state"] == "in_sync" and found, seconds=60
    )


def told(lms: Session, path: str) -> Any:
    problem = lms.get(path).json()["sync"]["problem"]
    return problem and problem["code"]


def deliver(cloud: LocalCloud, zoom_id: str, secret: str) -> int:
    body = body_of(a_webhook("meeting.started", zoom_id=zoom_id, start_time="2026-03-17T17:00:00Z"))
    headers = signed_headers(body, time.time(), secret)
    url = f"{cloud.url}/webhook/zoom-meeting"
    return requests.post(url, data=body, headers=headers, timeout=30).status_code


def test_a_second_account_from_its_connection_to_its_end(
    cloud: LocalCloud, lms: Session, account: Account, sweep: Callable[[], None]
) -> None:
    wrong = lms.put(CONNECTION, json=CREDENTIALS | {"client_secret": "wrong"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/client_secret")
    assert lms.get(CONNECTION).status_code == 404

    saved = lms.put(CONNECTION, json=CREDENTIALS | {"webhook_secret_token": SECRET})
    assert saved.status_code == 202, saved.text
    assert saved.json()["health"]["state"] == "working"
    assert [each["connection_id"] for each in lms.get("/v1/connections").json()["items"]] == [
        "default",
        NORTH,
    ]

    home = put_event(lms, "default", "anna@acme.example")
    away = put_event(lms, NORTH, "nora@north.example")
    home_id, away_id = synced(lms, home)["zoom"]["id"], synced(lms, away)["zoom"]["id"]
    assert account.meetings == [int(away_id)]

    # A delivery belongs to the connection whose secret signed it.
    assert deliver(cloud, away_id, "local-webhook-secret") == 200
    assert deliver(cloud, home_id, SECRET) == 200
    assert deliver(cloud, away_id, "nobodys") == 401
    time.sleep(2)
    assert [lms.get(path).json()["phase"] for path in (home, away)] == ["upcoming"] * 2
    assert deliver(cloud, away_id, SECRET) == 200
    eventually(lambda: lms.get(away).json()["phase"] == "live")

    scopes = lms.get("/v1/scopes", params={"connection": NORTH}).json()
    assert {each["state"] for each in scopes["items"]} == {"granted"}

    # The secret is replaced at Zoom: seen by one sweep, told by its own events, and healed.
    account.credentials(client_secret="rotated")
    sweep()
    health = lms.get(CONNECTION).json()["health"]
    assert (health["state"], health["problem"]["code"]) == ("failing", "zoom_credentials_invalid")
    eventually(lambda: told(lms, away) == "zoom_credentials_invalid", seconds=60)
    # A sweep may be looking at it, as at every event, where other tests changed the settings.
    assert synced(lms, home)["sync"]["problem"] is None
    assert lms.get("/v1/connections/default").json()["health"]["state"] == "working"

    assert lms.put(CONNECTION, json={"client_secret": "rotated"}).status_code == 202
    assert lms.get(CONNECTION).json()["health"]["state"] == "working"
    sweep()
    synced(lms, away)

    refused = lms.delete(CONNECTION)
    assert (refused.status_code, refused.json()["event_count"]) == (409, 1)
    assert lms.delete(away).status_code == 202
    eventually(lambda: account.meetings == [], seconds=60)
    eventually(lambda: lms.delete(CONNECTION).status_code == 202, seconds=60)
    assert lms.get(CONNECTION).status_code == 404
    assert deliver(cloud, away_id, SECRET) in {200, 401}
    assert synced(lms, home)["sync"]["problem"] is None
    lms.delete(home)

    said = "\n".join(line for lines in cloud.logs.last(100000).values() for line in lines)
    secrets = ("north-secret", "rotated", SECRET)
    assert not [secret for secret in secrets if secret in said]
