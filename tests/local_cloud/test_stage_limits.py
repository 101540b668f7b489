"""Method settings of a stage: read as AWS reads them, and kept to."""

from __future__ import annotations

from typing import Any

import pytest

from local.routes import Route, routes_of
from local.template import TemplateError, load
from local.throttling import Throttles, limits_of

STACK = load({"ApiKeyHashes": "0" * 64}, "http://aws")
[API] = STACK.of_type("AWS::ApiGateway::RestApi").values()
[STAGE] = STACK.of_type("AWS::ApiGateway::Stage").values()
ROUTES = routes_of(API["Body"])


def a_setting(path: str, method: str = "GET") -> dict[str, Any]:
    return {
        "ResourcePath": path,
        "HttpMethod": method,
        "ThrottlingRateLimit": 1,
        "ThrottlingBurstLimit": 2,
    }


def a_route(resource: str, method: str) -> Route:
    return next(r for r in ROUTES if (r.resource, r.method) == (resource, method))


def test_the_settings_of_lectern_s_stage_are_good() -> None:
    limits = {
        (each.resource, each.method): each.rate
        for each in limits_of(STAGE["MethodSettings"], ROUTES)
    }
    assert limits["/webhook/zoom-meeting", "POST"] > limits["/*", "*"]
    for document in ("/openapi.json", "/docs", "/docs/{file}", "/health"):
        assert limits[document, "GET"] <= 25


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/webhook/zoom-meeting", "POST"),
        ("~1health", "GET"),
        ("*", "*"),
        ("/~1health", "ANY"),
        ("/~1health", "get"),
        ("/~1health", "DELETE"),
        ("/~1elsewhere", "GET"),
        ("/health", "GET"),
    ],
)
def test_a_setting_that_aws_refuses_or_that_counts_for_nothing_is_refused(
    path: str, method: str
) -> None:
    with pytest.raises(TemplateError):
        limits_of([a_setting(path, method)], ROUTES)


def test_no_more_is_let_through_than_a_method_takes_and_others_are_none_the_worse() -> None:
    now = 0.0
    settings = [a_setting("/~1health"), a_setting("/*", "*")]
    throttles = Throttles(limits_of(settings, ROUTES), lambda: now)
    health, docs = a_route("/health", "get"), a_route("/docs", "get")

    assert [throttles.let_through(health) for _ in range(3)] == [True, True, False]
    assert throttles.let_through(docs)
    now = 1.0
    assert [throttles.let_through(health) for _ in range(2)] == [True, False]


def test_without_settings_everything_is_let_through() -> None:
    throttles = Throttles([], lambda: 0.0)
    assert all(throttles.let_through(a_route("/health", "get")) for _ in range(5000))
