"""Says whether the API key of a request is valid, and its role (a TOKEN authorizer)."""

import hashlib
import hmac
import os
from typing import Any

ROLES = {
    "read": os.environ["READ_KEY_HASHES"],
    "lms": os.environ["LMS_KEY_HASHES"],
    "admin": os.environ["API_KEY_HASHES"],
}
"""SHA-256 digests, in hex, of the keys that are valid. More than one while one is rotated."""

KEYS = [
    (role, digest) for role, digests in ROLES.items() for digest in digests.split(",") if digest
]
"""The least role first: it is the one of a key that was given two."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Allows or denies the whole API, so that the answer can be kept for the token.

    An answer for one method alone would be remembered for the token and used on all the others;
    what the role allows is said by the table of routes.
    """
    _, _, key = event["authorizationToken"].partition(" ")
    key = key.strip()
    role = role_of(key)
    api, stage, *_ = event["methodArn"].split("/")
    return {
        "principalId": id_of(key),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if role else "Deny",
                    "Resource": f"{api}/{stage}/*",
                }
            ],
        },
        "context": {"role": role or "none"},
    }


def id_of(key: str) -> str:
    """What a key is called where it is told which one was used; it is not found out from that."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:8]


def role_of(key: str) -> str | None:
    """Compares with every digest, in a time that tells nothing about any of them."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    matches = [role for role, known in KEYS if hmac.compare_digest(digest, known)]
    return matches[0] if matches else None
