"""Where an API stands, and what its gateway says of a path that it has no route for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from local.front import Front
from local.sandbox import Answer
from local.template import load
from local.throttling import Throttles

STACK = load({"ApiKeyHashes": "0" * 64}, "http://aws")
[API] = STACK.of_type("AWS::ApiGateway::RestApi").values()
KEY = {"Authorization": "Bearer key"}


class Echoes:
    """Functions that let everybody in, and answer with the event that they got."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.method_arns: list[str] = []

    def __call__(self, function: str, payload: bytes) -> Answer:
        self.called.append(function)
        event = json.loads(payload)
        if event.get("type") == "TOKEN":
            self.method_arns.append(event["methodArn"])
            allowed = {"Effect": "Allow", "Resource": "*", "Action": "execute-api:Invoke"}
            policy = {"principalId": "key", "policyDocument": {"Statement": [allowed]}}
            return Answer(json.dumps(policy).encode(), failed=False)
        return Answer(
            json.dumps({"statusCode": 200, "body": json.dumps(event)}).encode(), failed=False
        )


def at(base_path: str, *, without: str | None = None) -> tuple[Client, Echoes]:
    body = dict(API["Body"])
    if without:
        body["paths"] = {p: each for p, each in body["paths"].items() if p not in without.split()}
    functions = Echoes()
    return Client(Front(body, functions, base_path=base_path)), functions


@pytest.mark.parametrize(
    ("base_path", "told", "in_context"),
    [
        ("", "/v1/events/ev-1", "/v1/events/ev-1"),
        ("/live", "/v1/events/ev-1", "/live/v1/events/ev-1"),
        ("/lectern", "/lectern/v1/events/ev-1", "/lectern/v1/events/ev-1"),
    ],
)
def test_a_function_is_told_of_a_base_path_in_both_and_of_the_stage_in_one(
    base_path: str, told: str, in_context: str
) -> None:
    client, functions = at(base_path)
    event = client.get(f"{base_path}/v1/events/ev-1", headers=KEY).get_json()
    assert (event["path"], event["requestContext"]["path"]) == (told, in_context)
    assert event["resource"] == "/v1/events/{event_id}"
    assert functions.method_arns[0].endswith("/live/GET/v1/events/ev-1")


@pytest.mark.parametrize("path", ["/", "/v1/events", "/other/v1/events", "/livelong/v1/events"])
def test_beside_the_stage_there_is_nothing_of_the_api(path: str) -> None:
    client, functions = at("/live")
    answer = client.get(path, headers=KEY)
    assert (answer.status_code, answer.get_json()) == (403, {"message": "Forbidden"})
    assert functions.called == []


NOWHERE = ["/", "/v1", "/v1/", "/v2/events", "/webhook", "/join", "/nowhere", "/webhook/other"]


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
@pytest.mark.parametrize("path", NOWHERE)
def test_a_path_of_nothing_is_answered_by_the_api_s_own_function(
    path: str, headers: dict[str, str]
) -> None:
    client, functions = at("/live")
    assert client.get(f"/live{path}", headers=headers).status_code == 200
    assert len(functions.called) == 1
    assert "LmsApi" in functions.called[0]


def problem(answer: TestResponse) -> Any:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return json.loads(answer.text)


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
def test_where_the_gateway_has_no_route_it_says_so_itself(headers: dict[str, str]) -> None:
    client, functions = at("/live", without="/ /{proxy+}")
    answer = client.get("/live/nowhere", headers=headers)
    assert (answer.status_code, problem(answer)["status"]) == (404, 404)
    assert functions.called == []


def test_a_key_where_there_is_no_route_is_taken_for_a_signature() -> None:
    body = {k: v for k, v in API["Body"].items() if k != "x-amazon-apigateway-gateway-responses"}
    body["paths"] = {"/health": body["paths"]["/health"]}
    client = Client(Front(body, Echoes()))
    assert client.get("/nowhere", headers=KEY).status_code == 403


def test_what_is_too_much_is_a_429_that_says_when_to_come_again() -> None:
    class Full(Throttles):
        def let_through(self, _route: Any) -> bool:
            return False

    functions = Echoes()
    client = Client(Front(API["Body"], functions, throttles=Full([], lambda: 0.0)))
    answer = client.get("/openapi.json")
    assert (answer.status_code, problem(answer)["status"]) == (429, 429)
    assert int(answer.headers["Retry-After"]) >= 1
    assert functions.called == []


def test_a_function_that_lambda_refuses_to_run_is_a_500_that_may_be_repeated() -> None:
    """As AWS's own support says of 429 behind a REST API; the problem says the same status."""
    body = API["Body"]
    functions = Echoes()

    def refused(function: str, payload: bytes) -> Answer:
        is_authorizer = json.loads(payload).get("type") == "TOKEN"
        return functions(function, payload) if is_authorizer else Answer.too_many()

    answer = Client(Front(body, refused)).get("/v1/events/ev-1", headers=KEY)
    assert (answer.status_code, problem(answer)["status"]) == (500, 500)
