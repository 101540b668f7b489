"""The one way to Zoom: a pooled session with time-outs, and its failures as typed errors."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import requests

from lectern.domain.errors import ZoomUnavailable

CONNECT_SECONDS = 3.05
READ_SECONDS = 15.0
MOST_BYTES = 10 * 1024 * 1024
"""Of an answer: a page of 300 has a few hundred thousand."""
_CHUNK_BYTES = 64 * 1024

_NOT_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)


def send(
    session: requests.Session,
    operation: str,
    method: str,
    url: str,
    **parts: Any,  # noqa: ANN401 - what requests takes
) -> requests.Response:
    """Sends a request; redirects are not followed, since Zoom's API makes none.

    Args:
        session: The pooled session.
        operation: Lectern's name of what is being done, for errors.
        method: The HTTP method.
        url: The whole address.
        parts: What ``requests`` takes: ``json``, ``data``, ``params``, ``headers``, ``auth``.

    Raises:
        ZoomUnavailable: There was no answer, or one without an end; ``unclear`` unless the request
            was never sent. The cause is told by its name alone, since its text has the address,
            which names people.
    """
    try:
        response = session.request(
            method,
            url,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
            **parts,
        )
        return _read(operation, response)
    except requests.RequestException as error:
        unclear = not isinstance(error, _NOT_SENT)
        cause = type(error).__name__
    raise ZoomUnavailable(operation, unclear=unclear, cause=cause)


def _read(operation: str, response: requests.Response) -> requests.Response:
    """The answer with its body read, however much it unpacks to."""
    content = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > MOST_BYTES:
            response.close()
            raise ZoomUnavailable(
                operation, unclear=True, status=response.status_code, cause="AnswerTooLong"
            )
    read = requests.Response()
    read.status_code, read.headers = response.status_code, response.headers
    read.encoding, read.raw = response.encoding, BytesIO(content)
    return read
