"""Which texts are addresses that people can be sent to."""

from __future__ import annotations

from urllib.parse import urlsplit


def fault_of_web_address(address: str) -> str | None:
    """Finds the fault of an ``http`` or ``https`` address, as a sentence; ``None`` for none."""
    if not address.isascii() or any(character in address for character in ' "<>\\^`{|}'):
        return "Has characters that an address has percent-encoded (RFC 3986)."
    if not address.isprintable():
        return "Has control characters or line breaks."
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        is_web = False
    return None if is_web else "Has to be an http or https address with a host."
