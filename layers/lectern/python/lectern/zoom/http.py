"""The one way to Zoom: a pooled session with time-outs, and its failures as typed errors."""

from __future__ import annotations

from typing import Any

import requests

from lectern.domain.errors import ZoomUnavailable

CONNECT_SECONDS = 3.05
READ_SECONDS = 15.0

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
        ZoomUnavailable: There was no answer; ``unclear`` unless the request was never sent. The
            cause is told by its name alone, since its text has the address, which names people.
    """
    try:
        return session.request(
            method, url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, **parts
        )
    except requests.RequestException as error:
        unclear = not isinstance(error, _NOT_SENT)
        cause = type(error).__name__
    raise ZoomUnavailable(operation, unclear=unclear, cause=cause)
