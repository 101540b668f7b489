"""Where a host's name leads."""

from __future__ import annotations

import socket

from lectern.deadline import within

_SECONDS = 3


def addresses_of(host: str, port: int = 443) -> list[str]:
    """Resolves a host to its IP addresses, each once, in the order in which they are to be tried.

    Raises:
        OSError: The name is not known, or nobody says so in time.
    """
    try:
        found = within(_SECONDS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except UnicodeError as error:
        raise OSError("no name") from error
    # Of an address with a zone (fe80::1%eth0) the zone is part of the text.
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
