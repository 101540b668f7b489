"""What an API key may do, by its role: every route of the table, with every role."""

from __future__ import annotations

import re

import pytest

from lectern.api.docs.about import ALL_ROUTES
from lectern.api.http.route import Route
from lectern_testing.lms.api import Lms

ROUTES = [
    pytest.param(route, id=f"{route.method} {route.path}")
    for route in ALL_ROUTES
    if route.path.startswith("/v1/")
]
FOR_ADMINISTRATORS = {
    ("PUT", "/v1/settings"),
    ("PUT", "/v1/connections/{connection_id}"),
    ("DELETE", "/v1/connections/{connection_id}"),
    ("POST", "/v1/validation"),
}


def allowed(route: Route) -> set[str]:
    """The roles that the contract gives a route to."""
    if (route.method, route.path) in FOR_ADMINISTRATORS:
        return {"admin"}
    reads = route.method == "GET" and not route.path.endswith("/join")
    return {"read", "lms", "admin"} if reads else {"lms", "admin"}


@pytest.mark.parametrize("role", ["read", "lms", "admin"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_role_may_what_the_contract_says(lms: Lms, route: Route, role: str) -> None:
    answer = lms.send(route.method, re.sub(r"{\w+}", "x-1", route.path), role=role)

    refused = answer.status == 403
    assert refused == (role not in allowed(route))
    if refused:
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json["code"] == "forbidden"
        assert answer.json["title"] == "Forbidden"
        assert f"this one's is {role}" in answer.json["detail"]


def test_what_is_refused_changes_nothing(lms: Lms) -> None:
    refused = lms.put("/v1/events/ev-1", {"kind": "meeting"}, role="read")

    assert refused.status == 403
    assert "role lms" in refused.json["detail"]
    assert lms.get("/v1/events/ev-1").status == 404


def test_a_path_that_is_not_there_is_told_to_any_role(lms: Lms) -> None:
    assert lms.get("/v1/nowhere", role="read").status == 404
    assert lms.send("PATCH", "/v1/settings", role="read").status == 405


@pytest.mark.parametrize(
    ("key", "operator", "status"),
    [
        ("admin", "admin", 200),
        ("admin", "support", 200),
        ("lms", "support", 200),
        ("lms", "admin", 403),
        ("read", "support", 403),
    ],
)
def test_an_administrator_s_console_takes_an_administrator_s_key(
    lms: Lms, key: str, operator: str, status: int
) -> None:
    body = {"user_id": "u-9", "role": operator}
    answer = lms.post("/v1/console-links", body, role=key)

    assert answer.status == status
    if status == 403:
        assert answer.json["code"] == "forbidden"
        assert ("url" in answer.json) is False


@pytest.mark.parametrize("role", [None, "none", "root", ""])
def test_a_role_that_is_not_known_is_let_in_nowhere_and_told_to_come_again(
    lms: Lms, role: str | None
) -> None:
    answer = lms.get("/v1/settings", role=role)

    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert lms.get("/health", role=role).status == 200


@pytest.mark.parametrize("role", [None, "admin"])
def test_no_endpoint_is_reached_by_the_route_of_what_has_none(lms: Lms, role: str | None) -> None:
    for below in ("v1/settings", "/v1/settings", "v1/events/ev-1", "health", ""):
        answer = lms.send("GET", f"/{below}", resource="/{proxy+}", role=role)
        assert (answer.status, answer.json["code"]) == (404, "not_found")
