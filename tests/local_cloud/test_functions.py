"""Lambda's part: the processes, their environment, their ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from requests.sessions import Session

from local.cloud import LocalCloud


@pytest.fixture
def invoke(aws: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(name: str, event: dict[str, str]) -> tuple[Any, ...]:
        answer = aws("lambda").invoke(
            FunctionName=f"lectern-local-{name}", Payload=json.dumps(event)
        )
        return json.load(answer["Payload"]), answer.get("FunctionError")

    return invoke


def path(last: str) -> dict[str, str]:
    return {"path": f"/v1/{last}"}


def test_a_function_has_the_variables_of_the_template_and_no_others(
    cloud: LocalCloud, lms: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = lms.get(f"{cloud.url}/v1/echo").json()["environment"]
    assert environment["GREETING"] == "hej of lectern-local"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "lectern-local-Echo"
    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["AWS_ENDPOINT_URL"] == cloud.aws_url
    assert "HOME" not in environment


def test_an_exception_is_reported_as_lambda_does(invoke: Callable[..., Any]) -> None:
    error, kind = invoke("Echo", path("stumble"))
    assert kind == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "stumbled")
    assert "stumble" in error["stackTrace"][-1]


def test_a_function_that_takes_too_long_is_ended_and_the_next_call_works(
    invoke: Callable[..., Any],
) -> None:
    error, kind = invoke("Echo", path("sleep"))
    assert kind == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 2.00 seconds" in error["errorMessage"]
    assert invoke("Echo", path("echo"))[1] is None


def test_a_process_that_leaves_is_an_error_and_is_replaced(invoke: Callable[..., Any]) -> None:
    error, kind = invoke("Echo", path("exit"))
    assert kind == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert invoke("Echo", path("echo"))[1] is None


def test_an_answer_over_six_mebibytes_is_an_error(invoke: Callable[..., Any]) -> None:
    error, kind = invoke("Echo", path("chatter"))
    assert kind == "Unhandled"
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_function_that_does_not_exist_is_not_found(aws: Callable[..., Any]) -> None:
    client = aws("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nobody", Payload=b"{}")


def test_what_the_role_does_not_allow_is_refused(cloud: LocalCloud, lms: Session) -> None:
    assert lms.get(f"{cloud.url}/v1/trespass").json() == "AccessDeniedException"
