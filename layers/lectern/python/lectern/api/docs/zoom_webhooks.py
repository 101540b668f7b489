"""Zoom's side in the document: the addresses of its webhooks, which another function answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from lectern.api.http.problems import BodyTooLarge, HttpError

Json = dict[str, Any]


class InvalidSignature(HttpError):
    """The signature or the time of a delivery is not right."""

    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_signature"
    detail = "The delivery is not signed as Zoom signs."


class NotStored(HttpError):
    """Zoom is to repeat the delivery."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    detail = "The delivery could not be stored; send it again."


REFUSALS: tuple[type[HttpError], ...] = (InvalidSignature, BodyTooLarge, NotStored)

_KINDS = ("meeting", "webinar")
_HEADERS = {
    "x-zm-request-timestamp": "Epoch seconds; at most two hours old and five minutes ahead.",
    "x-zm-signature": "`v0=` and the HMAC-SHA256, in hex, of `v0:<timestamp>:<raw body>`.",
}
_CHALLENGE: Json = {
    "type": "object",
    "description": "The answer to `endpoint.url_validation`; any other delivery has none.",
    "properties": {"plainToken": {"type": "string"}, "encryptedToken": {"type": "string"}},
    "required": ["plainToken", "encryptedToken"],
}


def zoom_paths() -> Json:
    """The paths that Zoom delivers to."""
    return {f"/webhook/zoom-{kind}": {"post": _delivery(kind)} for kind in _KINDS}


def _delivery(kind: str) -> Json:
    parameters = [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": description,
            "schema": {"type": "string"},
        }
        for name, description in _HEADERS.items()
    ]
    refusals = {
        str(refusal.status.value): {"$ref": f"#/components/responses/{refusal.__name__}"}
        for refusal in REFUSALS
    }
    return {
        "operationId": f"receive_{kind}_webhook",
        "summary": f"Takes in what Zoom tells of {kind}s",
        "description": "Signed by a connection's webhook secret token; for Zoom, not for the LMS.",
        "tags": ["Zoom"],
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "responses": {
            "200": {
                "description": "Stored, or of no use; Zoom need not send it again.",
                "content": {"application/json": {"schema": _CHALLENGE}},
            },
            **refusals,
        },
    }
