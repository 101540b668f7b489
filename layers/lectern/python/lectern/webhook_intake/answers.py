"""The answers to Zoom, or to whoever pretends to be Zoom."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

ProxyAnswer = dict[str, Any]

_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def taken() -> ProxyAnswer:
    """The delivery is stored, or of no use to anybody: Zoom need not send it again."""
    return {"statusCode": HTTPStatus.OK.value, "headers": _ALWAYS, "body": ""}


def challenge_met(plain_token: str, encrypted_token: str) -> ProxyAnswer:
    """The proof that the secret is known here."""
    body = json.dumps({"plainToken": plain_token, "encryptedToken": encrypted_token})
    headers = {**_ALWAYS, "Content-Type": "application/json"}
    return {"statusCode": HTTPStatus.OK.value, "headers": headers, "body": body}


def not_signed() -> ProxyAnswer:
    """The same for every fault of a signature, so that nothing can be learnt from it."""
    return _problem(
        HTTPStatus.UNAUTHORIZED, "invalid_signature", "The delivery is not signed as Zoom signs."
    )


def too_large() -> ProxyAnswer:
    """More than can be stored."""
    detail = "The delivery is too large to be stored."
    return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)


def wrong_method() -> ProxyAnswer:
    """Deliveries are POSTed."""
    answer = _problem(
        HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "Deliveries are sent by POST."
    )
    return answer | {"headers": {**answer["headers"], "Allow": "POST"}}


def not_stored() -> ProxyAnswer:
    """Zoom repeats what was answered with a 5xx, and nothing else."""
    detail = "The delivery could not be stored; send it again."
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail)


def _problem(status: HTTPStatus, code: str, detail: str) -> ProxyAnswer:
    title = "Content Too Large" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else status.phrase
    document = {
        "type": "about:blank",
        "title": title,
        "status": status.value,
        "detail": detail,
        "code": code,
    }
    headers = {**_ALWAYS, "Content-Type": "application/problem+json"}
    return {"statusCode": status.value, "headers": headers, "body": json.dumps(document)}
