"""Says whether the API key of a request is valid (a TOKEN authorizer of API Gateway)."""

import hashlib
import hmac
import os
from typing import Any

KEY_HASHES = os.environ["API_KEY_HASHES"].split(",")
"""SHA-256 digests, in hex, of the keys that are valid. Two, while one of them is being rotated."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Allows or denies the whole API, so that the answer can be kept for the token.

    An answer for one method alone would be remembered for the token and used on all the others.
    """
    _, _, key = event["authorizationToken"].partition(" ")
    key = key.strip()
    effect = "Allow" if is_valid(key) else "Deny"
    api, stage, *_ = event["methodArn"].split("/")
    return {
        "principalId": id_of(key),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": effect,
                    "Resource": f"{api}/{stage}/*",
                }
            ],
        },
    }


def id_of(key: str) -> str:
    """What a key is called where it is told which one was used; it is not found out from that."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:8]


def is_valid(key: str) -> bool:
    """Compares with every digest, in a time that tells nothing about any of them."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    matches = [hmac.compare_digest(digest, known) for known in KEY_HASHES]
    return any(matches)
