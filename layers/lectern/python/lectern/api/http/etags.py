"""``ETag`` and ``If-Match`` (RFC 9110): the version of what is read or written, in quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lectern.api.http.problems import PreconditionFailed
from lectern.domain.event import Event

_TAG = re.compile(r'(?:W/)?"([^"]*)"|(?<!")\b([0-9]+)\b(?!")')
"""A weak tag counts as well, since proxies weaken what they compress, and so does a bare number."""


def etag(version: int | str) -> str:
    """The tag of a version.

    Example:
        >>> etag(3)
        '"3"'
    """
    return f'"{version}"'


def check_if_match(headers: Mapping[str, str], event: Event | None) -> None:
    """Lets through what has no ``If-Match``, and what names the event's present version.

    Raises:
        PreconditionFailed: It names another version, or there is no event.
    """
    check_version(headers, event.version if event else None)


def check_version(headers: Mapping[str, str], version: int | str | None) -> None:
    """The same of anything that has a version; ``None`` where there is nothing yet.

    Raises:
        PreconditionFailed: It names another version, or there is nothing.
    """
    condition = headers.get("if-match")
    if condition is None:
        return
    if version is None or not _names(condition, version):
        raise PreconditionFailed


def _names(condition: str, version: int | str) -> bool:
    tags = {quoted or bare for quoted, bare in _TAG.findall(condition)}
    return condition.strip() == "*" or str(version) in tags
