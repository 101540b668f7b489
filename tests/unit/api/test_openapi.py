from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from openapi_spec_validator import validate

import lectern
from lectern.api.docs.about import ALL_ROUTES, document_text
from lectern.api.http.problems import HttpError
from lectern_testing.table import REPOSITORY

DOCUMENT = json.loads(document_text())
DESCRIBED: list[tuple[str, str, dict[str, Any]]] = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
OPERATIONS = [pytest.param(*each, id=f"{each[1]} {each[0]}") for each in DESCRIBED]
UNDER_V1 = [operation for operation in DESCRIBED if operation[0].startswith("/v1")]


def test_the_document_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    validate(DOCUMENT)


def test_the_committed_document_is_the_served_one() -> None:
    committed = (REPOSITORY / "docs" / "openapi.json").read_text()
    assert committed == document_text(), "run `make openapi`"


def test_the_version_is_the_project_s() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert lectern.__version__ == project["version"] == DOCUMENT["info"]["version"]


def test_every_route_is_described() -> None:
    described = {(method.upper(), path) for path, method, _ in DESCRIBED}
    of_zoom = {("POST", f"/webhook/zoom-{kind}") for kind in ("meeting", "webinar")}
    assert described == {(route.method, route.path) for route in ALL_ROUTES} | of_zoom


VERSIONED = {"EventView", "SettingsView", "ConnectionView"}
CHANGED_BY_VERSION = {
    ("put", "/v1/events/{event_id}"),
    ("delete", "/v1/events/{event_id}"),
    ("put", "/v1/settings"),
    ("put", "/v1/connections/{connection_id}"),
}


@pytest.mark.parametrize(("path", "method", "operation"), UNDER_V1)
def test_the_conventions_are_stated_of_every_operation(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    stated = operation["responses"].keys()
    has_input = "requestBody" in operation or any(
        parameter["in"] == "query" for parameter in operation["parameters"]
    )
    creates = method == "put" and path in {
        "/v1/events/{event_id}",
        "/v1/connections/{connection_id}",
    }
    asks_of = path == "/v1/validation" or any(
        each["name"] == "connection" for each in operation["parameters"]
    )
    [[role]] = [each["apiKey"] for each in operation["security"]]
    assert role in {"read", "lms", "admin"}
    assert ("403" in stated) == (role != "read")
    assert {"401", "422", "429"} <= stated
    assert ("404" in stated) == (asks_of or ("{" in path and not creates))
    assert ({"400", "413"} <= stated) == has_input
    takes_if_match = any(each["name"] == "If-Match" for each in operation["parameters"])
    assert ("412" in stated) == takes_if_match
    assert takes_if_match == ((method, path) in CHANGED_BY_VERSION)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_parameters_of_the_path_are_described(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    described = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
    assert described == re.findall(r"{(\w+)}", path)


def test_whatever_has_a_version_comes_with_an_etag() -> None:
    for path, method, operation in UNDER_V1:
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            shows_one = schema.get("$ref", "").rpartition("/")[2] in VERSIONED
            is_gone = (path, method) == ("/v1/connections/{connection_id}", "delete")
            has_etag = "ETag" in answer.get("headers", {})
            assert has_etag == (shows_one and not is_gone), (path, method, status)


def test_refusals_are_problem_json() -> None:
    for refusal in DOCUMENT["components"]["responses"].values():
        assert list(refusal["content"]) == ["application/problem+json"]


def test_codes_are_stable_words() -> None:
    kinds = {kind for base in HttpError.__subclasses__() for kind in (base, *base.__subclasses__())}
    for kind in kinds:
        assert re.fullmatch("[a-z0-9_]+", kind.code)


def test_nothing_of_the_schemas_is_left_dangling() -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', document_text()))
    assert names == DOCUMENT["components"]["schemas"].keys()
