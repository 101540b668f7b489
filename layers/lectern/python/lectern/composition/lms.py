"""The LMS, as it is called."""

from __future__ import annotations

from functools import cache

from lectern.composition import http, stores
from lectern.composition.surroundings import is_local, now
from lectern.notify.lms import Lms, SigningSecret


@cache
def lms() -> Lms:
    """The LMS as it is called."""
    return Lms(http.session(), SigningSecret(stores.secrets()), now, is_local())
