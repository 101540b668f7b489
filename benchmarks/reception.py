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
from local.template import ACCOUNT, REGION, ROOT, STACK

CALLS = 300
_STARTS = 5
_RECEPTION = ROOT / "functions" / "zoom_webhook"
_EMPTY = ROOT / "benchmarks" / "empty"


def run(calls: int = CALLS) -> None:
    """Times processes of the reception beside one that does nothing, in turns, and prints it.

    The reception's own time is what it takes with a queue that answers at once; with the queue of
    the local cloud it waits for moto as well.
    """
    body = joined("1", 1)
    event = {"httpMethod": "POST", "body": body.decode(), "isBase64Encoded": False}
    good = json.dumps(event | {"headers": signed(body)}).encode()
    forged = json.dumps(event | {"headers": {}}).encode()
    with (
        LocalCloud() as cloud,
        Server(_queue_at_once) as queue,
        _sandbox(_EMPTY, cloud.aws_url, cloud.aws_url) as empty,
        _sandbox(_RECEPTION, cloud.aws_url, queue.url) as alone,
        _sandbox(_RECEPTION, cloud.aws_url, cloud.aws_url) as reception,
    ):
        times: dict[str, list[float]] = {"empty": [], "refused": [], "own": [], "stored": []}
        firsts: dict[str, list[float]] = {"empty": [], "own": []}
        for _ in range(_STARTS):
            firsts["empty"].append(_first(_EMPTY, cloud.aws_url, cloud.aws_url, good))
            firsts["own"].append(_first(_RECEPTION, cloud.aws_url, queue.url, good))
        for _ in range(calls):
            times["empty"].append(empty(good))
            times["refused"].append(alone(forged))
            times["own"].append(alone(good))
            times["stored"].append(reception(good))
    _tell(_middle(times), _middle(firsts))


def _middle(times: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(each) for name, each in times.items()}


def _tell(middle: dict[str, float], first: dict[str, float]) -> None:
    ratios = {name: seconds / middle["empty"] for name, seconds in middle.items()}
    print(
        f"a delivery takes {ratios['own']:.1f} times as long as an empty function"
        f" ({1000 * middle['own']:.1f} and {1000 * middle['empty']:.1f} ms);"
        f" {ratios['stored']:.1f} times with the local cloud's queue,"
        f" {ratios['refused']:.1f} times if its signature is wrong;"
        f" the first one, with the start of its process,"
        f" {first['own'] / first['empty']:.1f} times ({first['own']:.2f} and"
        f" {first['empty']:.2f} s)",
        flush=True,
    )


@Request.application
def _queue_at_once(_request: Request) -> Response:
    """A queue that takes everything."""
    return Response('{"MessageId": "1"}', content_type="application/x-amz-json-1.0")


def _first(folder: Path, aws_url: str, queue_url: str, payload: bytes) -> float:
    began = time.monotonic()
    with _sandbox(folder, aws_url, queue_url) as invoke:
        invoke(payload)
        return time.monotonic() - began


@contextmanager
def _sandbox(folder: Path, aws_url: str, queue_url: str) -> Iterator[Callable[[bytes], float]]:
    """A process of a function: what an invocation of it takes."""
    sandbox = Sandbox(
        arn="arn:aws:lambda:x:1:function:bench",
        handler="app.handler",
        folder=folder,
        environment=_environment(aws_url, queue_url),
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


def _environment(aws_url: str, queue_url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "lectern" / "python"),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ENDPOINT_URL_SQS": queue_url,
        "AWS_LAMBDA_FUNCTION_NAME": "reception",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "POWERTOOLS_METRICS_NAMESPACE": "Lectern",
        "SECRET_PREFIX": f"lectern/{STACK}/",
        "WEBHOOK_QUEUE_URL": f"{queue_url}/{ACCOUNT}/{STACK}-WebhookQueue",
    }
