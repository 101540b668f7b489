"""Zoom's refusals: each with its HTTP status, its code and its words.

Texts are those of Zoom's OpenAPI documents where they have one. What integrators reported, or what
no source settles, is said in the docstring. Where meetings and webinars are refused in other words,
see `zoom_simulator.refusals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from zoom_simulator.operations import Kind


@dataclass(frozen=True)
class FieldError:
    """One field that failed validation, such as ``registrants[3].email``."""

    field: str
    message: str


@dataclass
class ZoomError(Exception):
    """A refusal, as Zoom answers it.

    Attributes:
        status: The HTTP status.
        code: Zoom's own code, which often says more than the status.
        message: Zoom's sentence.
        fields: What failed validation, for code 300.
        headers: Headers of the answer, such as those of a rate limit.
    """

    status: int
    code: int
    message: str
    fields: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        body: dict[str, object] = {"code": self.code, "message": self.message}
        if self.fields:
            body["errors"] = [vars(each) for each in self.fields]
        return body


class ConnectionCut(ConnectionError):
    """The connection ends without an answer."""


def bad_request(code: int, message: str) -> ZoomError:
    """A refusal with HTTP 400, which Zoom uses for nearly everything."""
    return ZoomError(HTTPStatus.BAD_REQUEST, code, message)


def validation_failed(fields: Iterable[FieldError]) -> ZoomError:
    """One or more fields are not as Zoom wants them."""
    return ZoomError(HTTPStatus.BAD_REQUEST, 300, "Validation Failed.", tuple(fields))


def invalid_field(name: str, message: str) -> ZoomError:
    """A single field is not as Zoom wants it."""
    return validation_failed([FieldError(name, message)])


def invalid_token() -> ZoomError:
    """The bearer token is unknown, or was invalidated by a newer one."""
    return ZoomError(HTTPStatus.UNAUTHORIZED, 124, "Invalid access token.")


def expired_token() -> ZoomError:
    """The bearer token is over an hour old."""
    return ZoomError(HTTPStatus.UNAUTHORIZED, 124, "Access token is expired.")


def missing_scope(*scopes: str) -> ZoomError:
    """The token lacks a scope; Zoom says so with HTTP 400, not 403 (integrators' reports)."""
    names = ", ".join(scopes)
    return bad_request(4711, f"Invalid access token, does not contain scopes:[{names}].")


def unknown_endpoint() -> ZoomError:
    """No operation has this path (text from common knowledge)."""
    return ZoomError(HTTPStatus.NOT_FOUND, 2300, "This API endpoint is not recognized.")


def wrong_method(method: str) -> ZoomError:
    """The path exists, but not with this method (text from common knowledge)."""
    return ZoomError(
        HTTPStatus.METHOD_NOT_ALLOWED, 405, f"Request method '{method}' is not supported."
    )


def no_permission() -> ZoomError:
    """The account's plan does not have this."""
    return bad_request(200, "No permission.")


def no_such_user(reference: str) -> ZoomError:
    """The account has no such user."""
    return ZoomError(HTTPStatus.NOT_FOUND, 1001, f"User does not exist: {reference}.")


def address_in_use(email: str) -> ZoomError:
    """The account has a user with this address."""
    return ZoomError(HTTPStatus.CONFLICT, 1005, f'Email "{email}" has already been used.')


def no_single_sign_on() -> ZoomError:
    """The account cannot create users who sign in elsewhere."""
    return bad_request(
        2002,
        "SSO has not been enabled for this account. "
        "Contact the Zoom support team to enable this option.",
    )


def invitation_expired() -> ZoomError:
    """The user never accepted the invitation to the account, and it ran out."""
    return bad_request(
        1120, "A valid invitation to join the Zoom account was not found for this user."
    )


def paid_users_only(user_id: str) -> ZoomError:
    """Registration needs a Licensed host."""
    return bad_request(200, f"Only available for Paid user: {user_id}.")


def user_of_another_account() -> ZoomError:
    """The user is not, or no longer, one of this account (Zoom's table of 2018)."""
    return bad_request(1010, "User not belong to this account.")


def no_zoom_account() -> ZoomError:
    """Who comes has to sign in, and has no Zoom account: 404, as for a session that is not there.

    The words are those of Zoom's table of 2018 and of integrators' reports.
    """
    words = "The email address has not been used as a Zoom account."
    return ZoomError(HTTPStatus.NOT_FOUND, 1001, words)


def full_in_older_words(kind: Kind) -> ZoomError:
    """The session takes no more registrants, as Zoom's older document has it: 404."""
    words = f"{kind.value.capitalize()} has reached maximum attendee capacity."
    return ZoomError(HTTPStatus.NOT_FOUND, 3043, words)


def host_cannot_register() -> ZoomError:
    """The host is in the session anyway."""
    return bad_request(3027, "Host cannot register.")


def invalid_alternative_hosts(references: Iterable[str]) -> ZoomError:
    """One bad alternative host has the whole call refused; code and text are not documented."""
    return bad_request(300, f"Invalid alternative hosts: {', '.join(references)}.")


def domains_blocked(domains: Iterable[str], code: int = 3000) -> ZoomError:
    """The account blocks e-mail domains."""
    return bad_request(
        code,
        f"Users in '{', '.join(domains)}' have been blocked from joining meetings and webinars. "
        "To unblock them, go to the **Settings** page in the Zoom web portal and update "
        "**Block users in specific domains from joining meetings and webinars**.",
    )


def invalid_page_token() -> ZoomError:
    """A ``next_page_token`` is unknown, of another list, or over 15 minutes old."""
    return bad_request(300, "The next page token is invalid or expired.")


def daily_limit_of_user(message: str) -> ZoomError:
    """A limit of one host or one registrant: the end is only in the message, not in a header."""
    return ZoomError(HTTPStatus.TOO_MANY_REQUESTS, 429, message)
