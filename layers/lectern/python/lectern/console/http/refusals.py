"""What the console does not carry out."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.http.problems import HttpError


class NoSession(HttpError):
    """There is no session, or it is over or was ended."""

    status = HTTPStatus.UNAUTHORIZED
    code = "no_session"
    detail = "There is no session; open the console from the LMS."


class LinkForged(HttpError):
    """The link was not made by this stack, or was changed."""

    status = HTTPStatus.UNAUTHORIZED
    code = "link_forged"
    detail = "The link is not valid."


class LinkOver(HttpError):
    """The link expired, was opened before, or was voided."""

    status = HTTPStatus.GONE
    code = "link_over"
    detail = "The link has expired or was opened before."


class NotAllowed(HttpError):
    """The operator's role does not include it."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    detail = "This is for administrators."


class ForeignForm(HttpError):
    """The form is not one of this session's, or was sent from elsewhere."""

    status = HTTPStatus.FORBIDDEN
    code = "foreign_form"
    detail = "The form does not come from this session."
