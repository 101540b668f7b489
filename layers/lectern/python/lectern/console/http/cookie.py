"""The cookie that holds a session's secret, and what is derived from the secret."""

from __future__ import annotations

import hashlib
import hmac

from lectern.domain.console.session import LONGEST

_SAFE_NAME = "__Host-lectern-console"
"""Browsers take a cookie of such a name from HTTPS alone, and give it to no other host."""
_PLAIN_NAME = "lectern-console"
_PURPOSE = b"lectern console form"


class SessionCookie:
    """The cookie as a browser is given it and sends it back.

    Args:
        base_url: Where the console was called. Over plain HTTP, which there is in the local cloud
            alone, browsers keep no cookie that is for HTTPS.
    """

    def __init__(self, base_url: str) -> None:
        self._is_safe = base_url.startswith("https:")
        self._name = _SAFE_NAME if self._is_safe else _PLAIN_NAME

    def read(self, header: str) -> str:
        """The secret that the ``Cookie`` header holds; empty where it holds none."""
        # Read by hand: the library's reader stops at the first cookie of others that is not good.
        pairs = (part.strip().partition("=") for part in header.split(";"))
        return next((value for name, _, value in pairs if name == self._name), "")

    def given(self, secret: str) -> dict[str, str]:
        """The header by which a browser keeps the secret."""
        return self._header(secret, int(LONGEST.total_seconds()))

    def taken_back(self) -> dict[str, str]:
        """The header by which a browser forgets it."""
        return self._header("", 0)

    def _header(self, value: str, seconds: int) -> dict[str, str]:
        # Lax: a session begins by a link that is followed from the LMS.
        kept = f"Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
        secure = "; Secure" if self._is_safe else ""
        return {"Set-Cookie": f"{self._name}={value}; {kept}{secure}"}


def form_token(secret: str) -> str:
    """What every form of a session carries: nobody who does not have the secret can make it."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_form_token(told: str, secret: str) -> bool:
    """Whether a form was made in this session."""
    return hmac.compare_digest(form_token(secret).encode(), told.encode("utf-8", "replace"))
