"""The self-test of a connection through the whole local cloud: started, ended, nothing left."""

from __future__ import annotations

from typing import Any

import requests
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

VALIDATION = "/v1/validation"
WEBHOOK_SECRET = "local-webhook-secret"


def trial_sessions(cloud: LocalCloud) -> list[dict[str, Any]]:
    """What is at Zoom of self-tests."""
    state = requests.get(f"{cloud.zoom_url}/_sim/state", timeout=30).json()
    every = [*state["meetings"], *state["webinars"]]
    return [each for each in every if each["topic"].startswith("Lectern self-test")]


def ended(lms: Session, name: str) -> Any:
    """A self-test at its end."""
    eventually(lambda: lms.get(f"{VALIDATION}/{name}").json()["state"] != "running", seconds=120)
    return lms.get(f"{VALIDATION}/{name}").json()


def test_a_connection_that_is_well_passes_and_nothing_is_left(
    cloud: LocalCloud, lms: Session
) -> None:
    started = lms.post(VALIDATION, json={"host": {"email": "wanda@acme.example"}})
    assert started.status_code == 202
    name = started.json()["validation_id"]
    assert lms.post(VALIDATION).json()["validation_id"] == name
    done = ended(lms, name)
    not_passed = {each["id"]: each for each in done["checks"] if each["state"] != "passed"}
    assert set(not_passed) <= {"webinar"}, not_passed
    assert done["state"] == "passed"
    assert trial_sessions(cloud) == []
    assert lms.get(VALIDATION).json()["items"][0]["validation_id"] == name


def test_a_secret_that_zoom_does_not_have_is_found_by_the_webhooks_alone(
    cloud: LocalCloud, lms: Session
) -> None:
    seed = {"credentials": {"webhook_secret_token": "another"}}
    requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=30).raise_for_status()
    try:
        name = lms.post(VALIDATION).json()["validation_id"]
        done = ended(lms, name)
    finally:
        seed = {"credentials": {"webhook_secret_token": WEBHOOK_SECRET}}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=30).raise_for_status()
    failed = {each["id"]: each for each in done["checks"] if each["state"] == "failed"}
    assert set(failed) == {"webhooks"}
    assert "another secret" in failed["webhooks"]["detail"]
    assert trial_sessions(cloud) == []
