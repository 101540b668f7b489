"""Addresses within the console."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

_CONSOLE = "/console"
_SAFE = "/@:~"


def console_url(base_url: str, path: str = "", **query: object) -> str:
    """The address of a page below ``/console``, without scheme and host.

    Args:
        base_url: Where the console was called, which may have a stage in its path.
        path: The rest of the path.
        query: What is ``None`` or blank is left out; ``from_`` stands for ``from``.
    """
    given = {name.rstrip("_"): value for name, value in query.items() if value not in {None, ""}}
    asked = f"?{urlencode(given)}" if given else ""
    return f"{urlsplit(base_url).path}{_CONSOLE}{quote(path, safe=_SAFE)}{asked}"
