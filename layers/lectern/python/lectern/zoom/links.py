"""The links in Zoom's answers: people are sent there, so only what is plainly a link is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lectern.domain.web_address import fault_of_web_address

_LINKS = frozenset({"join_url", "start_url", "registration_url"})
"""What Zoom calls the links that Lectern hands out, wherever they stand."""
_LONGEST = 4096
"""The token in a start link has some hundred characters; a browser takes far more."""


def with_links_of(schemes: frozenset[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of Zoom without what only looks like a link: that is left unsaid.

    Args:
        schemes: Those that a link may have.
        answer: What Zoom answered.
    """
    return {
        name: _part(schemes, value)
        for name, value in answer.items()
        if name not in _LINKS or _is_link(value, schemes)
    }


def _part(schemes: frozenset[str], value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return with_links_of(schemes, value)
        case list():
            return [_part(schemes, each) for each in value]
        case _:
            return value


def schemes_of(api_url: str) -> frozenset[str]:
    """The schemes that links of an API may have: ``https``; of the simulated one also ``http``."""
    return frozenset({"https", urlsplit(api_url).scheme})


def _is_link(value: object, schemes: frozenset[str]) -> bool:
    if not isinstance(value, str) or len(value) > _LONGEST or fault_of_web_address(value):
        return False
    return urlsplit(value).scheme in schemes
