"""Who may ask: every page of the table of routes is guarded by its row, here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import ConfigDict

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Body, Query
from lectern.api.http.request import Request
from lectern.api.http.response import HTML, Response
from lectern.api.http.route import OK, Route
from lectern.api.join.texts import language_of
from lectern.console.http.cookie import SessionCookie, is_form_token
from lectern.console.http.refusals import ForeignForm, NoSession, NotAllowed
from lectern.console.http.visit import Page, Visit
from lectern.domain.console.session import ConsoleSession, OperatorRole

TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field
_FETCHED_BY = "sec-fetch-site"


class ConsoleForm(Body):
    """Whatever was filled in; each page says what it makes of it."""

    model_config = ConfigDict(extra="allow")


class ConsoleQuery(Query):
    """Whatever was asked for; each page says what it makes of it."""

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True)
class GuardedRoute(Route):
    """A method of a path that is for operators.

    Attributes:
        role: Who may ask.
    """

    role: OperatorRole = OperatorRole.ADMIN


def page(path: str, answer: Page, role: OperatorRole, summary: str) -> GuardedRoute:
    """A page that whoever has the role may look at."""
    return _route("GET", path, answer, role, summary)


def action(path: str, answer: Page, role: OperatorRole, summary: str) -> GuardedRoute:
    """What a form leads to that whoever has the role may send."""
    return _route("POST", path, answer, role, summary)


def _route(method: str, path: str, answer: Page, role: OperatorRole, summary: str) -> GuardedRoute:
    def guarded(
        request: Request[ConsoleForm | None, ConsoleQuery], dependencies: ApiDependencies
    ) -> Response:
        secret = SessionCookie(request.base_url).read(request.headers.get("cookie", ""))
        session = _session(secret, dependencies)
        if request.body is not None:
            _check_form(request, request.body, secret)
        if not session.role.includes(role):
            raise NotAllowed
        return answer(_visit(request, secret, session, dependencies))

    return GuardedRoute(
        method,
        path,
        guarded,
        summary,
        answers={OK: None},
        body=ConsoleForm if method == "POST" else None,
        query=ConsoleQuery,
        content_type=HTML,
        is_form=True,
        role=role,
    )


def _session(secret: str, dependencies: ApiDependencies) -> ConsoleSession:
    session = dependencies.console().find(secret, dependencies.now()) if secret else None
    if session is None:
        raise NoSession
    return session


def _check_form(
    request: Request[ConsoleForm | None, ConsoleQuery], form: ConsoleForm, secret: str
) -> None:
    """Lets through only what was sent from a page of this session.

    Raises:
        ForeignForm: Another site, or another session, had the browser send it.
    """
    told = (form.model_extra or {}).get(TOKEN_FIELD, "")
    own = "{0.scheme}://{0.netloc}".format(urlsplit(request.base_url))
    origin, fetched_by = request.headers.get("origin"), request.headers.get(_FETCHED_BY)
    is_own = origin in {None, own} and fetched_by in {None, "same-origin"}
    if not is_own or not is_form_token(told, secret):
        raise ForeignForm


def _visit(
    request: Request[ConsoleForm | None, ConsoleQuery],
    secret: str,
    session: ConsoleSession,
    dependencies: ApiDependencies,
) -> Visit:
    asked, form = request.query.model_extra, request.body.model_extra if request.body else None
    return Visit(
        session=session,
        secret=secret,
        language=language_of(request.headers.get("accept-language", "")),
        path=request.path,
        query={name: text.strip() for name, text in (asked or {}).items() if text.strip()},
        form=form or {},
        base_url=request.base_url,
        dependencies=dependencies,
    )
