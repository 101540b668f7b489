"""Links to the operators' console, and the end of the sessions that they began."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import URL_LENGTH, Body, Identifier, Lax, Query, fault
from lectern.api.http.problems import Forbidden
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.roles import KeyRole
from lectern.api.http.views import View
from lectern.domain.console.link import ConsoleLink, new_link_id, sign
from lectern.domain.console.session import OperatorRole

LONGEST_SECONDS = 3600
DEFAULT_SECONDS = 300
CONSOLE = "/console"
OPENING = f"{CONSOLE}/open"

_PATH = re.compile(
    r"/console(/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._:@~-]+)*/?(\?[A-Za-z0-9._:@~=&%+-]*)?"
)
"""Its parts hold no escapes: what a browser would take for a way out of the console is none."""


def _below_the_console(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise fault("Has to be a path below /console, such as /console/events/ev-1.")
    return path


ConsolePath = Annotated[str, Field(max_length=URL_LENGTH), AfterValidator(_below_the_console)]


class ConsoleLinkBody(Body):
    """Who is to look at the console, as what, and for how long the link can be opened."""

    user_id: Identifier
    role: Annotated[OperatorRole, Lax] = Field(
        default=OperatorRole.SUPPORT,
        description="`support` reads and synchronises; settings are for `admin` alone.",
    )
    expires_in_seconds: int = Field(default=DEFAULT_SECONDS, ge=1, le=LONGEST_SECONDS)
    path: ConsolePath = Field(default=CONSOLE, description="Where the session begins.")


class ConsoleLinkView(View):
    """A link that is opened once."""

    url: str
    expires_at: AwareDatetime


class EndedSessions(View):
    """How many sessions were ended."""

    sessions: int


def make_console_link(
    request: Request[ConsoleLinkBody, Query], dependencies: ApiDependencies
) -> Response:
    """Makes a link that begins a session in the console, once."""
    body, now = request.body, dependencies.now()
    _check_role(request, body.role)
    expires_at = now.replace(microsecond=0) + timedelta(seconds=body.expires_in_seconds)
    link = ConsoleLink(
        link_id=new_link_id(),
        user_id=body.user_id,
        role=body.role,
        path=body.path,
        issued_at=now,
        expires_at=expires_at,
    )
    url = f"{request.base_url}{OPENING}/{sign(link, dependencies.link_key())}"
    return Response(ConsoleLinkView(url=url, expires_at=expires_at))


def _check_role(request: Request[ConsoleLinkBody, Query], operator: OperatorRole) -> None:
    """An administrator of the console can do what takes a key of an administrator's."""
    role = request.role or KeyRole.READ
    if operator is OperatorRole.ADMIN and not role.may(KeyRole.ADMIN):
        raise Forbidden(role, KeyRole.ADMIN)


def end_console_sessions(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Ends all sessions of an operator, and voids the links that were not opened yet."""
    ended = dependencies.console().revoke(request.path["user_id"], dependencies.now())
    return Response(EndedSessions(sessions=ended))
