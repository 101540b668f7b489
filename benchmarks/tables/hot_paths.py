"""The functions that people wait for, warm and cold, beside a bare one with boto3."""

import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tables.lms_platform import Platform
from benchmarks.tables.report import Chart, Report, number
from local.cloud import LocalCloud
from local.sandbox import Sandbox
from local.template import REGION, ROOT, STACK

NAME = "functions"
CALLS, STARTS = 300, 7
BARE = "bare, one GetItem by boto3"
AT_MOST = 1.0
_FIRST_CALLS = 20
_BARE = ROOT / "benchmarks" / "bare"
_JOIN = ROOT / "functions" / "join"

Json = Any
"""What can be written as JSON."""


@dataclass(frozen=True)
class HotPath:
    """Something that a function is asked for.

    Attributes:
        name: of the row.
        folder: of the function.
        event: what it is invoked with.
        status: what it answers when it goes well.
    """

    name: str
    folder: Path
    event: Json
    status: int


def run(calls: int = CALLS, starts: int = STARTS) -> Report:
    """Times calls and starts in turns, so that what disturbs one disturbs all."""
    with LocalCloud(fires_schedules=False) as cloud:
        platform = Platform(cloud)
        platform.make("hot", 40)
        link = platform.lms(
            "POST",
            "/events/hot/join-links",
            {"user_id": "u-000001", "expires_in_seconds": 3600},
        )["url"]
        paths = _paths(link.rpartition("/")[2])
        variables = _variables(cloud)
        cold = _starts(paths, variables, starts)
        warm = _calls(paths, variables, calls)
    return report_of(
        [
            {"path": path.name, "warm_ms": warm[path.name], "cold_ms": cold[path.name]}
            for path in paths
        ]
    )


def _paths(token: str) -> list[HotPath]:
    decision = _proxied("/v1/events/{event_id}/join", {"event_id": "hot"}, {"user_id": "u-000001"})
    followed = _proxied("/join/{token}", {"token": token}, None)
    key = {"PK": {"S": "EVENT#hot"}, "SK": {"S": "EVENT"}}
    return [
        HotPath(BARE, _BARE, {"key": key}, 200),
        HotPath("join decision, the link is stored", _JOIN, decision, 200),
        HotPath("signed join link, the link is stored", _JOIN, followed, 302),
    ]


def _starts(
    paths: Sequence[HotPath], variables: Mapping[str, str], starts: int
) -> dict[str, list[float]]:
    """Milliseconds from the start of a process to its first answer."""
    taken: dict[str, list[float]] = {path.name: [] for path in paths}
    for n in range(starts + 1):
        for path in paths:
            began = time.perf_counter()
            sandbox = _process(path, variables)
            try:
                _invoke(sandbox, path)
                if n:  # the first start reads files that the others find in memory
                    taken[path.name].append(1000 * (time.perf_counter() - began))
            finally:
                sandbox.stop()
    return taken


def _calls(
    paths: Sequence[HotPath], variables: Mapping[str, str], calls: int
) -> dict[str, list[float]]:
    """Milliseconds of an invocation of a process that runs."""
    taken: dict[str, list[float]] = {path.name: [] for path in paths}
    with ExitStack() as running:
        sandboxes = {}
        for path in paths:
            sandboxes[path.name] = _process(path, variables)
            running.callback(sandboxes[path.name].stop)
        for n in range(calls + _FIRST_CALLS):
            for path in paths:
                began = time.perf_counter()
                _invoke(sandboxes[path.name], path)
                if n >= _FIRST_CALLS:
                    taken[path.name].append(1000 * (time.perf_counter() - began))
    return taken


def _process(path: HotPath, variables: Mapping[str, str]) -> Sandbox:
    return Sandbox(
        arn="arn:aws:lambda:x:1:function:bench",
        handler="app.handler",
        folder=path.folder,
        environment=variables,
        timeout=30,
        output=lambda _line: None,
    )


def _invoke(sandbox: Sandbox, path: HotPath) -> None:
    answer = sandbox.invoke(json.dumps(path.event).encode())
    if answer.failed or json.loads(answer.payload)["statusCode"] != path.status:
        raise RuntimeError(f"{path.name}: {answer.payload.decode()[:500]}")


def _variables(cloud: LocalCloud) -> dict[str, str]:
    """Those of the local cloud's function, with credentials that may do everything."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "layers" / "lectern" / "python"),
        "LECTERN_LOCAL": "1",
        "TABLE_NAME": f"{STACK}-Table",
        "SECRET_PREFIX": f"lectern/{STACK}/",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": cloud.aws_url,
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "POWERTOOLS_METRICS_NAMESPACE": "Lectern",
    }


def _proxied(resource: str, parameters: Mapping[str, str], query: Mapping[str, str] | None) -> Json:
    """A GET as API Gateway passes it on."""
    path = resource.format(**parameters)
    headers = {"Host": "bench.example", "X-Forwarded-Proto": "https", "Accept": "*/*"}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {name: [query[name]] for name in query},
        "pathParameters": parameters,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "1",
            "stage": "live",
            "path": path,
            "domainName": "bench.example",
            "resourcePath": resource,
            "httpMethod": "GET",
            "authorizer": {"principalId": "lms", "role": "admin"},
            "identity": {"sourceIp": "127.0.0.1"},
        },
    }


HEAD = (
    "function",
    "warm ms",
    "95 of 100",
    "of the bare one",
    "cold ms",
    "of the bare one",
    "at most",
)


def report_of(measured: Sequence[Json]) -> Report:
    """A line for each, with its medians against those of the bare function."""
    [bare] = [each for each in measured if each["path"] == BARE]
    rows = [_row(each, bare) for each in measured]
    names = [each["path"] for each in measured]

    def against(what: str) -> list[float | None]:
        return [round(_middle(each, what) / _middle(bare, what), 2) for each in measured]

    chart = Chart(
        "functions",
        "How long functions take that people wait for, against a bare one",
        "bars",
        "times as long",
        names,
        {"warm": against("warm_ms"), "cold": against("cold_ms")},
    )
    figures = [
        {
            "path": each["path"],
            "warm_ms": _middle(each, "warm_ms"),
            "cold_ms": _middle(each, "cold_ms"),
        }
        for each in measured
    ]
    return Report(NAME, HEAD, rows, figures, [chart])


def _row(each: Json, bare: Json) -> list[str]:
    is_bare = each is bare
    slow = sorted(each["warm_ms"])[int(0.95 * len(each["warm_ms"]))]

    def against(what: str) -> str:
        return "" if is_bare else f"{_middle(each, what) / _middle(bare, what):.2f}"

    return [
        each["path"],
        number(_middle(each, "warm_ms")),
        number(slow),
        against("warm_ms"),
        number(_middle(each, "cold_ms")),
        against("cold_ms"),
        "" if is_bare else f"{AT_MOST:.2f}",
    ]


def _middle(each: Json, what: str) -> float:
    middle: float = statistics.median(each[what])
    return round(middle, 2)
