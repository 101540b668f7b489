"""How the items of the operators' console are keyed, by a digest of the operator."""

from __future__ import annotations

import hashlib

from lectern.store.keys import Key


def operator(user_id: str) -> str:
    """Names an operator where nobody is to be named."""
    return hashlib.sha256(user_id.encode()).hexdigest()


def console_session(operator_id: str, digest: str) -> Key:
    """Keys a session; without a digest, what the keys of an operator's begin with."""
    return {"PK": f"CONSOLE#{operator_id}", "SK": f"SESSION#{digest}"}


def console_link(operator_id: str, link_id: str) -> Key:
    """Keys that a link was opened."""
    return {"PK": f"CONSOLE#{operator_id}", "SK": f"LINK#{link_id}"}


def revocation(operator_id: str) -> Key:
    """Keys when the sessions of an operator were last ended all together."""
    return {"PK": f"CONSOLE#{operator_id}", "SK": "REVOKED"}
