"""API Gateway's REST proxy events to requests, and answers to what API Gateway sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from lectern.api.http.request import RawRequest
from lectern.api.http.response import Response
from lectern.api.http.roles import role_named

ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer."""

Event = Mapping[str, Any]


def raw_request(event: Event, route: str, path: Mapping[str, str]) -> RawRequest:
    """The request of a proxy event.

    Args:
        event: The event.
        route: The path of the route that it belongs to.
        path: The parameters of the path.
    """
    headers = {
        name.lower(): ", ".join(values)
        for name, values in _multiple(event, "multiValueHeaders", "headers").items()
    }
    authorized = event["requestContext"].get("authorizer") or {}
    return RawRequest(
        path=path,
        query=_multiple(event, "multiValueQueryStringParameters", "queryStringParameters"),
        headers=headers,
        body=event.get("body") or "",
        body_is_base64=bool(event.get("isBase64Encoded")),
        base_url=_base_url(event, route, headers),
        key=authorized.get("principalId"),
        role=role_named(authorized.get("role")),
    )


def headers_of(response: Response) -> dict[str, str]:
    """All headers of an answer, but for its content type."""
    return {**ALWAYS, **response.headers}


def text_of(body: object) -> str:
    """The body of an answer as it is sent."""
    if isinstance(body, str):
        return body
    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True)
    return json.dumps(body, ensure_ascii=False)


def _multiple(event: Event, with_all: str, with_last: str) -> dict[str, list[str]]:
    if event.get(with_all):
        return dict(event[with_all])
    return {name: [value] for name, value in (event.get(with_last) or {}).items()}


def _base_url(event: Event, route: str, headers: Mapping[str, str]) -> str:
    """The address that the API was called at, stage included: what stands before the route's path.

    By the number of its parts, since an event may have the name of a stage, or of anything else.
    """
    context = event["requestContext"]
    scheme = headers.get("x-forwarded-proto", "https")
    host = headers.get("host") or context.get("domainName", "")
    parts = context.get("path", event["path"]).rstrip("/").split("/")
    before = "/".join(parts[: -route.count("/")])
    return f"{scheme}://{host}{before}"
