"""The template, run: what API Gateway, authorizer, stream and state machine have to do with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest
import requests
from requests.models import Response
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud, Ports
from local.template import ROOT


def event(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "meeting",
        "title": "Forklift safety",
        "starts_at": "2099-12-01T10:00:00+01:00",
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "u-1", "email": "anna@acme.example"},
        **changes,
    }


def media_type(answer: Response) -> str:
    return answer.headers["Content-Type"].partition(";")[0]


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/docs"])
def test_what_describes_the_service_needs_no_key(cloud: LocalCloud, path: str) -> None:
    assert requests.get(cloud.url + path, timeout=30).status_code == 200


@pytest.mark.parametrize("key", [None, "Bearer wrong", "local-dev-key"])
def test_without_a_valid_key_everything_under_v1_is_a_401(
    cloud: LocalCloud, key: str | None
) -> None:
    answer = requests.get(
        f"{cloud.url}/v1/events", headers={"Authorization": key} if key else {}, timeout=30
    )
    assert answer.status_code == 401
    assert media_type(answer) == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"


@pytest.mark.parametrize(
    ("role", "statuses"),
    [("admin", (200, 422, 422)), ("lms", (200, 422, 403)), ("read", (200, 403, 403))],
)
def test_a_key_of_each_role_does_what_the_role_allows(
    cloud: LocalCloud, role: str, statuses: tuple[int, int, int]
) -> None:
    key = {"Authorization": f"Bearer {cloud.api_keys[role]}"}
    requests_of_each = [("GET", "/v1/events"), ("PUT", "/v1/events/ev"), ("PUT", "/v1/settings")]
    answers = [
        requests.request(method, cloud.url + path, json={"no": 1}, headers=key, timeout=30)
        for method, path in requests_of_each
    ]
    assert tuple(answer.status_code for answer in answers) == statuses
    for answer in answers:
        if answer.status_code == 403:
            assert media_type(answer) == "application/problem+json"
            assert answer.json()["code"] == "forbidden"


def test_a_path_that_leads_nowhere_is_a_404(lms: Session) -> None:
    answer = lms.get("/nowhere")
    assert answer.status_code == 404
    assert media_type(answer) == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("no_id", ["%C2%84", "a%2Fb", "a%0Ab", "%F0%9F%98%80", "a" * 129])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_that_is_none_is_a_422_and_no_path_that_leads_nowhere(
    lms: Session, method: str, no_id: str
) -> None:
    for path in (f"/v1/events/{no_id}", f"/v1/users/{no_id}", f"/v1/events/e/enrollments/{no_id}"):
        answer = lms.request(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert lms.get(f"/v1/events/{no_id}/join?user_id=u").status_code == 422


@pytest.mark.parametrize("mebibytes", [1, 2, 7, 11])
def test_a_body_over_a_mebibyte_is_a_413(lms: Session, mebibytes: int) -> None:
    answer = lms.put("/v1/events/ev-1", data=b" " * (mebibytes * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert media_type(answer) == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"


def test_a_write_reaches_zoom_by_way_of_the_stream_and_the_state_machine(lms: Session) -> None:
    path = f"/v1/events/{uuid.uuid4()}"
    assert lms.put(path, json=event()).status_code == 202
    synced = eventually(
        lambda: (found := lms.get(path).json())["sync"]["state"] == "in_sync" and found
    )
    assert synced["zoom"]["id"]


def test_the_plan_that_limits_the_account_is_found_by_itself(lms: Session) -> None:
    assert lms.get("/v1/budget").json()["plan"] == "business"


def test_the_local_cloud_comes_up_by_itself_and_ends_when_it_is_told_to() -> None:
    ports = Ports()
    with subprocess.Popen(
        [sys.executable, "-m", "local.cloud"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "LECTERN_PORT": str(ports.api),
            "LECTERN_ZOOM_PORT": str(ports.zoom),
            "LECTERN_AWS_PORT": str(ports.aws),
            "LECTERN_CONTROL_PORT": str(ports.control),
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Lectern is ready")
            assert requests.get(f"http://127.0.0.1:{ports.api}/health", timeout=30).ok
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{ports.aws}", timeout=5)
