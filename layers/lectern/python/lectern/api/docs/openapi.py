"""The API's OpenAPI 3.1 document, read off the table of routes and the models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from lectern import __version__
from lectern.api.docs.callbacks import ANSWERED, SENT, callbacks
from lectern.api.docs.zoom_webhooks import REFUSALS as OF_DELIVERIES
from lectern.api.docs.zoom_webhooks import zoom_paths
from lectern.api.http.problems import (
    BodyTooLarge,
    ConnectionInUse,
    EventCancelled,
    Forbidden,
    HttpError,
    InvalidJson,
    InvalidRequest,
    PreconditionFailed,
    ProblemDocument,
    TooManyRequests,
    UnknownConnection,
    UnknownPath,
    UserHostsEvents,
    ZoomDoesNotAnswer,
    ZoomRefuses,
)
from lectern.api.http.roles import KeyRole
from lectern.api.http.route import Route

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_KEY = "apiKey"
_DESCRIPTION = """\
The LMS says which events exist, who is enrolled and who has access; Lectern makes Zoom match.

* Times are RFC 3339 with an offset; answers are in UTC. The same instant written differently is no
  change.
* Ids are the LMS's own: 1 to 128 of `A-Z a-z 0-9 . _ : @ -`.
* A write answers 202 once it is durable; the work at Zoom follows. A write that changes nothing
  answers 200 and causes no work.
* Refusals are `application/problem+json` (RFC 9457) with a stable `code`; a 422 lists every fault.
* Bodies are JSON objects of at most 1 MiB. Fields that are not described here are refused.
* An API key has a role: `read` reads all but join decisions, `lms` changes events and people as
  well, `admin` everything. `security` names the least one of each operation.
* Lists page with `limit` and `cursor`; a page can be short and yet have a `next_cursor`."""

_OF_KEYS = """\
An API key, of which Lectern knows the digest alone. It has a role, which is the least one that an
operation names, or more: `read`, `lms`, `admin`."""
_OF_WRITES = {
    HTTPStatus.ACCEPTED: "Stored; the work at Zoom follows.",
    HTTPStatus.OK: "As it was already; no work follows.",
}
_ETAG = {"description": "The version of it, for `If-Match`.", "schema": {"type": "string"}}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the version that the change is made from, or `*` for any.",
    "schema": {"type": "string"},
    "example": '"3"',
}
_ID = {"type": "string", "pattern": "^[A-Za-z0-9._:@-]{1,128}$"}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}}


class Unauthorized(HttpError):
    """No API key, or a wrong one; the authorizer says so before the API is reached."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    detail = "A valid API key is needed: Authorization: Bearer <api key>."


class UnknownResource(UnknownPath):
    """The path names something that does not exist."""

    detail = "What the path names does not exist."


_REFUSALS: tuple[type[HttpError], ...] = (
    InvalidJson,
    Unauthorized,
    Forbidden,
    UnknownResource,
    UnknownConnection,
    EventCancelled,
    UserHostsEvents,
    ConnectionInUse,
    ZoomRefuses,
    PreconditionFailed,
    BodyTooLarge,
    InvalidRequest,
    TooManyRequests,
    ZoomDoesNotAnswer,
)
_HEADERS: dict[type[HttpError], Json] = {
    Unauthorized: {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}},
    TooManyRequests: {"Retry-After": _RETRY_AFTER},
    ZoomDoesNotAnswer: {"Retry-After": _RETRY_AFTER},
}


class _Plain(GenerateJsonSchema):
    """Schemas without a title for each field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002 - pydantic's
        return False


def document(routes: Iterable[Route]) -> Json:
    """The document of these routes."""
    routes = tuple(routes)
    schemas = _schemas(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    for query in {route.query.__name__ for route in routes if route.query}:
        del schemas[query]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lectern", "version": __version__, "description": _DESCRIPTION},
        "servers": [{"url": ".", "description": "Where this document is."}],
        "tags": [{"name": tag} for tag in (*dict.fromkeys(route.tag for route in routes), "Zoom")],
        "paths": paths | zoom_paths(),
        "webhooks": callbacks(_SCHEMAS),
        "components": {
            "schemas": schemas,
            "responses": {
                refusal.__name__: _problem(refusal)
                for refusal in dict.fromkeys((*_REFUSALS, *OF_DELIVERIES))
            },
            "securitySchemes": {
                _KEY: {"type": "http", "scheme": "bearer", "description": _OF_KEYS}
            },
        },
    }


def _schemas(routes: Iterable[Route]) -> dict[str, Json]:
    models: dict[tuple[type[BaseModel], str], None] = {(ProblemDocument, "serialization"): None}
    models |= {(model, "serialization"): None for model in SENT}
    models |= {(model, "validation"): None for model in ANSWERED}
    for route in routes:
        models |= {(model, "validation"): None for model in (route.body, route.query) if model}
        models |= {(model, "serialization"): None for model in route.answers.values() if model}
    _, schema = models_json_schema(
        list(models),  # type: ignore[arg-type] # the modes are literals
        ref_template=_SCHEMAS + "{model}",
        schema_generator=_Plain,
    )
    schemas: dict[str, Json] = schema["$defs"]
    return {name: schemas[name] for name in sorted(schemas)}


def _operation(route: Route, schemas: dict[str, Json]) -> Json:
    operation: Json = {
        "operationId": route.endpoint.__name__,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": list(_parameters(route, schemas)),
        "responses": _answers(route)
        | {
            str(refusal.status.value): {"$ref": f"#/components/responses/{refusal.__name__}"}
            for refusal in _refusals(route)
        },
    }
    if route.body:
        schema = {"$ref": _SCHEMAS + route.body.__name__}
        operation["requestBody"] = {
            "required": not route.body_is_optional,
            "content": {"application/json": {"schema": schema}},
        }
    if route.least_role:
        operation["security"] = [{_KEY: [route.least_role]}]
    return operation


def _parameters(route: Route, schemas: dict[str, Json]) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", route.path):
        schema = _ID if route.needs_key else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.takes_if_match:
        yield _IF_MATCH
    if route.query:
        model = schemas[route.query.__name__]
        for name, schema in model["properties"].items():
            yield _query_parameter(name, schema, required=name in model.get("required", ()))


def _query_parameter(name: str, schema: Json, *, required: bool) -> Json:
    described = {"description": schema["description"]} if "description" in schema else {}
    # A parameter that is left out is what ``null`` is in the model.
    (given,) = [s for s in schema.get("anyOf", [schema]) if s.get("type") != "null"]
    shown = {key: value for key, value in given.items() if key != "description"}
    return {"name": name, "in": "query", "required": required, **described, "schema": shown}


def _answers(route: Route) -> Json:
    is_write = HTTPStatus.ACCEPTED in route.answers
    answers: Json = {}
    for status, model in route.answers.items():
        schema = {"$ref": _SCHEMAS + model.__name__} if model else {}
        content = {_media(route.content_type): {"schema": schema}}
        content |= {_media(other): {"schema": {"type": "string"}} for other in route.also}
        answers[str(status.value)] = {
            "description": _OF_WRITES[status] if is_write else status.phrase,
            "content": content,
            **({"headers": {"ETag": _ETAG}} if route.shows_etag else {}),
        }
    return answers


def _media(content_type: str) -> str:
    return content_type.partition(";")[0]


def _refusals(route: Route) -> list[type[HttpError]]:
    refusals = list(route.refusals)
    if route.needs_key:
        # A parameter that is not described, or an id that cannot be, is a fault anywhere.
        refusals += [Unauthorized, TooManyRequests, InvalidRequest]
    if route.least_role not in {None, KeyRole.READ}:
        refusals.append(Forbidden)
    if "{" in route.path and not route.creates:
        refusals.append(UnknownResource)
    if route.body or route.query:
        refusals += [InvalidJson, BodyTooLarge]
    return sorted(dict.fromkeys(refusals), key=lambda refusal: refusal.status)


def _problem(refusal: type[HttpError]) -> Json:
    schema = {"$ref": _SCHEMAS + ProblemDocument.__name__}
    headers = {"headers": _HEADERS[refusal]} if refusal in _HEADERS else {}
    return {
        "description": refusal.detail,
        **headers,
        "content": {"application/problem+json": {"schema": schema}},
    }
