"""An operator's request as a page of the console sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import ValidationError

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.problems import InvalidRequest
from lectern.api.http.request import Request, faults_of
from lectern.api.http.response import Response
from lectern.api.http.route import Endpoint
from lectern.api.timeline.acts import record_act
from lectern.console.http.addresses import console_url
from lectern.console.http.answers import page, see_other
from lectern.console.http.cookie import form_token
from lectern.domain.console.session import ConsoleSession, OperatorRole
from lectern.domain.timeline import OperatorAct

ViewT = TypeVar("ViewT")
QueryT = TypeVar("QueryT", bound=Query)


@dataclass(frozen=True)
class Visit:
    """A request of an operator who may make it.

    Attributes:
        secret: The session's.
        language: One that there are texts in.
        path: The parameters of the path.
        query: What was asked for, blank values left out.
        form: What was filled in; empty where there is no form.
    """

    session: ConsoleSession
    secret: str
    language: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    base_url: str
    dependencies: ApiDependencies

    @property
    def is_admin(self) -> bool:
        """Whether the operator may see and change settings."""
        return self.session.role is OperatorRole.ADMIN

    @property
    def form_token(self) -> str:
        """What every form carries."""
        return form_token(self.secret)

    def url(self, path: str = "", **query: object) -> str:
        """The address of a page below ``/console``; what is ``None`` or blank is left out."""
        return console_url(self.base_url, path, **query)

    def ask(
        self,
        endpoint: Endpoint,
        view: type[ViewT],
        *,
        path: Mapping[str, str] | None = None,
        query: object = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> ViewT:
        """What an endpoint of the API answers: the same code, without a request over the wire."""
        answered = self._asked(endpoint, path, query, body, headers).body
        if not isinstance(answered, view):
            raise TypeError(view.__name__)
        return answered

    def ask_versioned(
        self, endpoint: Endpoint, view: type[ViewT], *, path: Mapping[str, str] | None = None
    ) -> tuple[ViewT, str]:
        """What an endpoint answers, and the version of it."""
        answered = self._asked(endpoint, path)
        if not isinstance(answered.body, view):
            raise TypeError(view.__name__)
        return answered.body, answered.headers["ETag"]

    def text_of(self, endpoint: Endpoint, accept: str, *, query: object = None) -> str:
        """What an endpoint of the API answers to who asks for a kind of text."""
        return str(self._asked(endpoint, query=query, headers={"accept": accept}).body)

    def status_of(self, endpoint: Endpoint) -> HTTPStatus:
        """With which status an endpoint of the API answers."""
        return self._asked(endpoint).status

    def record(self, event_id: str, act: OperatorAct) -> None:
        """Records in an event's timeline what an operator did that no endpoint records."""
        record_act(event_id, act, self._request(), self.dependencies)

    def _asked(
        self,
        endpoint: Endpoint,
        path: Mapping[str, str] | None = None,
        query: object = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        return endpoint(self._request(path, query, body, headers), self.dependencies)

    def _request(
        self,
        path: Mapping[str, str] | None = None,
        query: object = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Request[Any, Any]:
        return Request(
            path=path or self.path,
            body=body,
            query=query,
            headers=headers or {},
            base_url=self.base_url,
            operator=self.session.user_id,
        )

    def query_for(self, model: type[QueryT], asked: Mapping[str, str]) -> QueryT:
        """The query of an endpoint; what the address of a page cannot ask for is refused.

        Raises:
            InvalidRequest: The endpoint takes no such query.
        """
        try:
            return model.model_validate(dict(asked))
        except ValidationError as error:
            raise InvalidRequest(faults=faults_of(error)) from error

    def page(
        self, template: str, status: HTTPStatus = HTTPStatus.OK, **content: object
    ) -> Response:
        """A page, for this visitor."""
        return page(template, self.language, self.base_url, status, visit=self, **content)

    def to(self, path: str, **query: object) -> Response:
        """Leads on to another page, as after every form."""
        return see_other(self.url(path, **query))


Page = Callable[[Visit], Response]
"""What answers a visit."""
