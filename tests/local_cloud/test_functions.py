"""Lambda's part: the processes, their environment, their ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote

import pytest
from requests.sessions import Session
from werkzeug.test import Client, EnvironBuilder

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud
from local.functions import Function, Functions, InvokeApi, Pool
from local.metering.functions import FunctionMeter
from local.moto import permissions
from local.processes import Logs
from local.sandbox import Answer, Sandbox
from local.template import ACCOUNT, REGION, Stack, load


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


def test_nobody_is_called_later_who_is_not_there(aws: Callable[..., Any]) -> None:
    client = aws("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="nobody", InvocationType="Event")


@pytest.mark.parametrize("name", ["Echo", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:Echo"])
def test_to_call_a_function_takes_the_right_to_that_one(name: str) -> None:
    path = f"/2015-03-31/functions/{quote(name, safe='')}/invocations"
    request = EnvironBuilder(path=path, method="POST").get_request()
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:Echo"
    assert list(permissions._wanted("lambda", request)) == [("lambda:InvokeFunction", arn)]


def test_what_the_role_does_not_allow_is_refused(cloud: LocalCloud, lms: Session) -> None:
    assert lms.get(f"{cloud.url}/v1/trespass").json() == "AccessDeniedException"


class Busy:
    """A process that works until it may end."""

    usable = True

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()

    def invoke(self, payload: bytes) -> Answer:
        self.began.set()
        assert self.may_end.wait(10)
        return Answer(payload)


def test_more_calls_than_are_reserved_are_refused_and_not_kept_waiting() -> None:
    process = Busy()
    pool = Pool(lambda: cast("Sandbox", process), reserved=1)
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(pool.invoke(b"first")))
    first.start()
    assert process.began.wait(10)
    refused = pool.invoke(b"second")
    assert (refused.failed, refused.throttled) == (True, True)
    process.may_end.set()
    first.join(10)
    assert answers == [Answer(b"first")]
    assert pool.invoke(b"third") == Answer(b"third")


def test_a_call_that_nobody_waits_for_is_answered_while_it_runs() -> None:
    process, meter = Busy(), FunctionMeter()
    functions = Functions(Stack({}), lambda _role: {}, Logs(), meter)
    functions._pools["slow"] = Pool(lambda: cast("Sandbox", process))
    answer = Client(InvokeApi(functions)).post(
        "/2015-03-31/functions/slow/invocations", headers={"X-Amz-Invocation-Type": "Event"}
    )
    assert (answer.status_code, answer.data) == (202, b"")
    assert process.began.wait(10)
    assert meter.count_running == 1
    process.may_end.set()
    eventually(lambda: meter.count_running == 0)


def test_nothing_runs_of_a_function_with_nothing_reserved() -> None:
    def no_process() -> Sandbox:
        raise AssertionError

    assert Pool(no_process, reserved=0).invoke(b"{}").throttled


def test_a_refused_call_is_what_aws_says_of_it() -> None:
    class Refusing:
        def invoke(self, _name: str, _payload: bytes) -> Answer:
            return Answer.too_many()

    api = Client(InvokeApi(cast("Any", Refusing())))
    answer = api.post("/2015-03-31/functions/any/invocations", data=b"{}")
    assert answer.status_code == 429
    assert answer.headers["X-Amzn-ErrorType"] == "TooManyRequestsException"


def test_a_function_has_what_the_template_reserves_for_it() -> None:
    stack = load({"ApiKeyHashes": "0" * 64, "JoinConcurrency": "7"}, "http://aws")
    found = {
        name: Function.of(name, properties).reserved
        for name, properties in stack.of_type("AWS::Lambda::Function").items()
    }
    assert {name: many for name, many in found.items() if many is not None} == {"JoinFunction": 7}
