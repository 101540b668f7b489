"""The LMS, as it is called."""

from __future__ import annotations

from functools import cache

from lectern.composition import stores
from lectern.composition.surroundings import is_local, now
from lectern.notify.lms import Lms, SigningSecret
from lectern.notify.pinned import pinned_session


@cache
def lms() -> Lms:
    """The LMS as it is called."""
    session = pinned_session(is_local=is_local())
    return Lms(session, SigningSecret(stores.secrets()), now, is_local())
