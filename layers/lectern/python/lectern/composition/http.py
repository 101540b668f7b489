"""The way to Zoom."""

from __future__ import annotations

from functools import cache
from http.cookiejar import DefaultCookiePolicy

import requests


@cache
def session() -> requests.Session:
    """One pooled session for all calls to Zoom, which keeps no cookies."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
