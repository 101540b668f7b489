"""A row of the table of routes: method, path, endpoint, and how it is documented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Body, Query
from lectern.api.http.problems import HttpError, PreconditionFailed
from lectern.api.http.request import RawRequest, Request
from lectern.api.http.response import JSON, Response
from lectern.api.http.roles import KeyRole, least_role_of

Endpoint = Callable[[Request[Any, Any], ApiDependencies], Response]

Refused = Callable[[RawRequest, HttpError], Response]
"""Shows a refusal to whoever asked."""

OK, ACCEPTED = HTTPStatus.OK, HTTPStatus.ACCEPTED

_VERSION = "/v1/"


@dataclass(frozen=True)
class Route:
    """A method of a path.

    Attributes:
        path: With its parameters in braces.
        answers: What is answered with which status; ``None`` for what has no model.
        body: What the body has to be; ``None`` where a body is ignored.
        body_is_optional: Whether no body at all is as good as one that says nothing.
        query: What the query may be; ``None`` where there is none.
        creates: Whether what the path names need not exist.
        shows_etag: Whether the answer has an ``ETag``.
        refusals: Those that are not common to all of the API.
        also: What else than ``content_type`` can be asked for with ``Accept``, as texts.
        path_has_ids: Whether the parameters of the path have to be ids.
        refused: What a refusal is shown as; ``None`` for what the gateway shows it as.
        is_form: Whether the body is a form that was filled in in a browser, and not JSON.
        key_role: The least role of a key, where it is not what the method says.
    """

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    answers: Mapping[HTTPStatus, type[BaseModel] | None]
    body: type[Body] | None = None
    body_is_optional: bool = False
    query: type[Query] | None = None
    creates: bool = False
    shows_etag: bool = False
    refusals: tuple[type[HttpError], ...] = ()
    content_type: str = JSON
    also: tuple[str, ...] = ()
    path_has_ids: bool = True
    refused: Refused | None = None
    is_form: bool = False
    key_role: KeyRole | None = None

    @property
    def needs_key(self) -> bool:
        """Whether the LMS has to show its API key."""
        return self.path.startswith(_VERSION)

    @property
    def least_role(self) -> KeyRole | None:
        """The least role that the key has to have; ``None`` where none is needed."""
        if not self.needs_key:
            return None
        return self.key_role or least_role_of(self.method)

    @property
    def query_model(self) -> type[Query] | None:
        """The model of the query; ``None`` for public paths, whose query is not looked at."""
        return self.query or (Query if self.needs_key else None)

    @property
    def takes_if_match(self) -> bool:
        """Whether ``If-Match`` counts."""
        return PreconditionFailed in self.refusals

    @property
    def tag(self) -> str:
        """The part of the API that the route belongs to."""
        if not self.needs_key:
            return "About"
        if "/enrollments" in self.path:
            return "Enrollments"
        return self.path.removeprefix(_VERSION).partition("/")[0].capitalize()
