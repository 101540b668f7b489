"""Several accounts at one address, and an app that is not what it was."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from lectern_testing.zoom.simulated_account import SimulatedZoom, refusal
from zoom_simulator.account.seed import Seed

USER = "/users/anna@acme.example"
OTHER = {"account_id": "other", "client_id": "oc", "client_secret": "os"}


@pytest.fixture
def zoom() -> SimulatedZoom:
    zoom = SimulatedZoom()
    zoom.control("POST", "/accounts", {"credentials": OTHER, "plan": "pro"})
    return zoom


def other_token(zoom: SimulatedZoom, **form: Any) -> requests.Response:
    return zoom.token(form={"account_id": "other", **form}, auth=("oc", "os"))


def test_each_is_reached_by_its_own_credentials_and_tokens(zoom: SimulatedZoom) -> None:
    mine = zoom.create()
    zoom.session.headers["Authorization"] = f"Bearer {other_token(zoom).json()['access_token']}"
    other = zoom.create()

    assert zoom.call("GET", f"/meetings/{mine['id']}").status_code == 404
    assert zoom.call("GET", f"/meetings/{other['id']}").status_code == 200
    assert list(zoom.world.sessions) == [mine["id"]]
    assert list(zoom.world.others["other"].sessions) == [other["id"]]
    zoom.authorize()
    assert zoom.call("GET", f"/meetings/{mine['id']}").status_code == 200


def test_credentials_of_one_open_no_other(zoom: SimulatedZoom) -> None:
    wrong = zoom.token(form={"account_id": "other"})
    assert wrong.json()["error"] == "invalid_client"
    assert zoom.token(auth=("oc", "os")).json()["error"] == "invalid_client"


def test_the_control_api_shapes_the_one_that_it_names(zoom: SimulatedZoom) -> None:
    zoom.control("POST", "/faults?account=other", {"operation": "*", "kind": "html_500"})
    zoom.control("POST", "/seed?account=other", {"scopes": []})

    assert zoom.call("GET", USER).status_code == 200
    assert zoom.control("GET", "/state?account=other").json()["scopes"] == []
    assert zoom.control("GET", "/faults").json()["faults"] == []
    assert len(zoom.control("GET", "/faults?account=other").json()["faults"]) == 1


def test_links_lead_to_the_account_of_their_session(zoom: SimulatedZoom) -> None:
    zoom.session.headers["Authorization"] = f"Bearer {other_token(zoom).json()['access_token']}"
    meeting = zoom.create()
    link = zoom.register(meeting["id"], "kim@people.example").json()["join_url"]

    assert zoom.follow(link).json()["admitted"] is True
    assert zoom.follow(meeting["registration_url"]).json()["topic"] == "Algebra"


def test_all_go_by_one_clock_and_go_with_a_reset(zoom: SimulatedZoom) -> None:
    zoom.later(hours=3)
    assert zoom.world.others["other"].now() == zoom.world.now()
    zoom.control("POST", "/reset", {})
    assert zoom.world.others == {}


def test_an_app_that_is_deactivated_gets_no_token_and_its_tokens_stop() -> None:
    zoom = SimulatedZoom()
    zoom.world.apply(Seed(app_activated=False))

    assert zoom.token().status_code == 400
    assert zoom.token().json() == {
        "reason": "The app has been disabled.",
        "error": "invalid_client",
    }
    assert refusal(zoom.call("GET", USER)) == (401, 124)

    zoom.world.apply(Seed(app_activated=True))
    zoom.authorize()
    assert zoom.call("GET", USER).status_code == 200


def test_another_secret_takes_no_token_away() -> None:
    zoom = SimulatedZoom()
    secret = zoom.world.seed.credentials.model_copy(update={"client_secret": "new"})
    zoom.world.apply(Seed(credentials=secret))

    assert zoom.call("GET", USER).status_code == 200
    assert zoom.token(auth=("local-client", "local-secret")).status_code == 400
    assert zoom.token().status_code == 200
