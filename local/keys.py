"""Keys of the API: those of the local cloud, and new ones (`make key ROLE=lms`)."""

import hashlib
import secrets
import sys
from collections.abc import Sequence

PARAMETERS = {"admin": "ApiKeyHashes", "lms": "LmsKeyHashes", "read": "ReadKeyHashes"}
"""Which parameter of the template has the digests of a role's keys."""

LOCAL_KEYS = {"admin": "local-dev-key", "lms": "local-lms-key", "read": "local-read-key"}
"""The keys of the local cloud, by role; they are no secret."""

_BYTES = 32


def digest_of(key: str) -> str:
    """What Lectern knows of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def local_parameters() -> dict[str, str]:
    """The template's parameters that make the keys of the local cloud valid."""
    return {PARAMETERS[role]: digest_of(key) for role, key in LOCAL_KEYS.items()}


def new_key(role: str) -> str:
    """A key that nobody guesses, and that says what it is where it is found."""
    return f"lectern_{role}_{secrets.token_urlsafe(_BYTES)}"


def main(arguments: Sequence[str]) -> int:
    """Makes a key of a role; prints it, its digest, and the parameter that the digest goes to."""
    if len(arguments) != 1 or arguments[0] not in PARAMETERS:
        print(f"A role is needed: make key ROLE={'|'.join(PARAMETERS)}", file=sys.stderr)
        return 2
    key = new_key(arguments[0])
    print(f"key        {key}")
    print(f"digest     {digest_of(key)}")
    print(f"parameter  {PARAMETERS[arguments[0]]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
