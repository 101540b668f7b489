"""What it costs to take one of Zoom's webhooks in, beside what any function costs."""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from werkzeug.wrappers import Request, Response

from benchmarks.webhooks import joined, signed
from local.cloud import LocalCloud
from local.sandbox import Answer, Sandbox
from local.servers import Server
from local.template import REGION, ROOT, STACK

CALLS = 300
_STARTS = 5
_RECEPTION = ROOT / "functions" / "zoom_webhook"
_EMPTY = ROOT / "benchmarks" / "empty"
_ONE_WRITE = ROOT / "benchmarks" / "one_write"


def run(calls: int = CALLS) -> None:
    """Times processes of the reception beside bare functions, in turns, and prints it.

    One of these does nothing, the other stores an item by boto3. The reception's own time is what
    it takes with a table that answers at once; with the local cloud's it waits for moto as well.
    """
    with (
        LocalCloud() as cloud,
        Server(_table_at_once) as table,
        _sandbox(_EMPTY, cloud.aws_url, cloud.aws_url) as empty,
        _sandbox(_ONE_WRITE, cloud.aws_url, table.url) as one_write,
        _sandbox(_RECEPTION, cloud.aws_url, table.url) as alone,
        _sandbox(_RECEPTION, cloud.aws_url, cloud.aws_url) as reception,
    ):
        times = {name: list[float]() for name in ("empty", "boto3", "refused", "own", "stored")}
        firsts = {name: list[float]() for name in ("empty", "boto3", "own")}
        for n in range(_STARTS):
            firsts["empty"].append(_first(_EMPTY, cloud.aws_url, cloud.aws_url, _delivery(n)))
            firsts["boto3"].append(_first(_ONE_WRITE, cloud.aws_url, table.url, _delivery(n)))
            firsts["own"].append(_first(_RECEPTION, cloud.aws_url, table.url, _delivery(n)))
        for n in range(calls):
            # What was stored before is not stored again, so each delivery is another one.
            good = _delivery(n)
            times["empty"].append(empty(good))
            times["boto3"].append(one_write(good))
            times["refused"].append(alone(_delivery(n, forged=True)))
            times["own"].append(alone(good))
            times["stored"].append(reception(good))
    _tell(_middle(times), _middle(firsts))


def _delivery(n: int, *, forged: bool = False) -> bytes:
    body = joined("1", n)
    event = {"httpMethod": "POST", "body": body.decode(), "isBase64Encoded": False}
    return json.dumps(event | {"headers": {} if forged else signed(body)}).encode()


def _middle(times: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(each) for name, each in times.items()}


def _tell(middle: dict[str, float], first: dict[str, float]) -> None:
    ratios = {name: seconds / middle["empty"] for name, seconds in middle.items()}
    firsts = {name: seconds / first["empty"] for name, seconds in first.items()}
    print(
        f"a delivery takes {ratios['own']:.1f} times as long as an empty function"
        f" ({1000 * middle['own']:.1f} and {1000 * middle['empty']:.1f} ms), where one that"
        f" stores an item by boto3 and does nothing else takes {ratios['boto3']:.1f} times;"
        f" {ratios['stored']:.1f} times with the local cloud's table,"
        f" {ratios['refused']:.1f} times if its signature is wrong;"
        f" the first one, with the start of its process,"
        f" {firsts['own']:.1f} times ({first['own']:.2f} and {first['empty']:.2f} s),"
        f" by boto3 {firsts['boto3']:.1f} times",
        flush=True,
    )


@Request.application
def _table_at_once(_request: Request) -> Response:
    """A table that takes everything."""
    return Response("{}", content_type="application/x-amz-json-1.0")


def _first(folder: Path, aws_url: str, table_url: str, payload: bytes) -> float:
    began = time.monotonic()
    with _sandbox(folder, aws_url, table_url) as invoke:
        invoke(payload)
        return time.monotonic() - began


@contextmanager
def _sandbox(folder: Path, aws_url: str, table_url: str) -> Iterator[Callable[[bytes], float]]:
    """A process of a function: what an invocation of it takes."""
    sandbox = Sandbox(
        arn="arn:aws:lambda:x:1:function:bench",
        handler="app.handler",
        folder=folder,
        environment=_environment(aws_url, table_url),
        timeout=30,
        output=lambda _line: None,
    )
    sandbox.initialised.wait(60)

    def invoke(payload: bytes) -> float:
        began = time.monotonic()
        answer: Answer = sandbox.invoke(payload)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        if not answer.failed:
            status = json.loads(answer.payload)["statusCode"]
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise RuntimeError(answer.payload.decode())
        return time.monotonic() - began

    try:
        yield invoke
    finally:
        sandbox.say_goodbye()
        sandbox.stop()


def _environment(aws_url: str, table_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "lectern" / "python"),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ENDPOINT_URL_DYNAMODB": table_url,
        "AWS_LAMBDA_FUNCTION_NAME": "reception",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "POWERTOOLS_METRICS_NAMESPACE": "Lectern",
        "SECRET_PREFIX": f"lectern/{STACK}/",
        "INBOX_TABLE_NAME": f"{STACK}-InboxTable",
    }
