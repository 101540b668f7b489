from __future__ import annotations

from lectern.zoom.operations import GET_USER, OPERATIONS
from lectern_testing.zoom.simulated_account import SimulatedZoom, refusal
from zoom_simulator.endpoints import HANDLERS

USER = "/users/anna@acme.example"


def test_every_operation_of_the_table_is_carried_out() -> None:
    assert {operation.name for operation in OPERATIONS} == set(HANDLERS)


def test_a_token_lasts_an_hour_and_names_its_scopes() -> None:
    zoom = SimulatedZoom()
    answer = zoom.token().json()
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    assert answer["api_url"] == zoom.world.base_url
    assert GET_USER.scope in answer["scope"].split()


def test_credentials_are_also_taken_from_the_query_string() -> None:
    zoom = SimulatedZoom()
    query = {"grant_type": "account_credentials", "account_id": "local-account"}
    form = {"grant_type": None, "account_id": None}
    assert zoom.token(params=query, form=form).status_code == 200


def test_a_wrong_secret_is_refused_in_the_form_of_the_token_endpoint() -> None:
    answer = SimulatedZoom().token(auth=("local-client", "wrong"))
    assert answer.status_code == 400
    assert answer.json() == {
        "reason": "Invalid client_id or client_secret",
        "error": "invalid_client",
    }


def test_another_grant_type_is_refused() -> None:
    answer = SimulatedZoom().token(form={"grant_type": "client_credentials"})
    assert answer.json() == {
        "reason": "unsupported grant type",
        "error": "unsupported_grant_type",
    }


def test_another_account_is_refused() -> None:
    assert SimulatedZoom().token(form={"account_id": "other"}).json()["error"] == "invalid_request"


def test_a_new_token_invalidates_the_former_one() -> None:
    zoom = SimulatedZoom()
    zoom.token()
    answer = zoom.call("GET", USER)
    assert refusal(answer) == (401, 124)
    assert answer.json()["message"] == "Invalid access token."


def test_tokens_live_side_by_side_where_the_account_allows_it() -> None:
    zoom = SimulatedZoom(parallel_tokens=True)
    zoom.token()
    assert zoom.call("GET", USER).status_code == 200


def test_a_token_expires_by_the_clock_of_the_simulator() -> None:
    zoom = SimulatedZoom()
    zoom.later(seconds=3599)
    assert zoom.call("GET", USER).status_code == 200
    zoom.later(seconds=1)
    answer = zoom.call("GET", USER)
    assert refusal(answer) == (401, 124)
    assert answer.json()["message"] == "Access token is expired."


def test_a_missing_scope_is_named_with_http_400() -> None:
    zoom = SimulatedZoom(scopes=["meeting:read:meeting:admin"])
    answer = zoom.call("GET", USER)
    assert refusal(answer) == (400, 4711)
    assert "scopes:[user:read:user:admin]" in answer.json()["message"]


def test_a_newly_granted_scope_needs_a_new_token() -> None:
    zoom = SimulatedZoom(scopes=[])
    zoom.control("POST", "/seed", {"scopes": [GET_USER.scope]})
    assert refusal(zoom.call("GET", USER)) == (400, 4711)
    zoom.authorize()
    assert zoom.call("GET", USER).status_code == 200


def test_unknown_paths_and_methods_are_refused_as_json() -> None:
    zoom = SimulatedZoom()
    assert refusal(zoom.call("GET", "/nothing")) == (404, 2300)
    assert zoom.call("PUT", USER).status_code == 405
