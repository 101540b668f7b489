"""The way to Zoom and to the LMS."""

from __future__ import annotations

from functools import cache

import requests


@cache
def session() -> requests.Session:
    """One pooled session for all calls to Zoom and to the LMS."""
    return requests.Session()
