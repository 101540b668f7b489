"""A session that connects to the address that was checked, and to public ones alone.

A name can lead somewhere else each time that it is asked for (DNS rebinding), so it is resolved
once, all that it leads to is checked, and the connection is made to one of those addresses. Name
and certificate stay those of the address that was given: only the socket goes elsewhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from lectern.domain.errors import LecternError
from lectern.domain.public_address import may_be_called
from lectern.notify.addresses import addresses_of

Resolve = Callable[[str, int], list[str]]


class AddressRefused(LecternError):
    """A host leads to what is no public address; nothing was sent there."""


def checked_addresses(host: str, port: int, resolve: Resolve, *, is_local: bool) -> list[str]:
    """Resolves a host whose every address may be called.

    Raises:
        AddressRefused: One of them may not.
        OSError: The name is not known.
    """
    found = resolve(host, port)
    if not all(may_be_called(address, is_local=is_local) for address in found):
        raise AddressRefused
    return found


def pinned_session(*, is_local: bool, resolve: Resolve = addresses_of) -> requests.Session:
    """Builds a session that keeps no cookies and asks no proxy, which would resolve by itself.

    Args:
        is_local: Whether this is the local cloud, which also calls its own machine.
        resolve: Finds a host's addresses.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = _PinnedAdapter(is_local=is_local, resolve=resolve)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _PinnedAdapter(HTTPAdapter):
    """Has every connection made by ``_connected``."""

    def __init__(self, *, is_local: bool, resolve: Resolve) -> None:
        self._is_local, self._resolve = is_local, resolve
        super().__init__()

    def init_poolmanager(self, *settings: Any, **named: Any) -> None:  # noqa: ANN401 - requests'
        super().init_poolmanager(*settings, **named)
        is_local, resolve = self._is_local, self._resolve

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, resolve, is_local=is_local)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connected(self, resolve, is_local=is_local)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _connected(connection: HTTPConnection, resolve: Resolve, *, is_local: bool) -> socket.socket:
    """Connects to the first of a host's addresses that takes it; errors are urllib3's."""
    host = connection.host
    try:
        addresses = checked_addresses(host, connection.port, resolve, is_local=is_local)
    except OSError as error:
        # gaierror is what urllib3 tells of; its text has the name and is told to nobody.
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    failure: Exception = NewConnectionError(connection, "no address")
    for address in addresses:
        try:
            return create_connection(
                (address, connection.port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except TimeoutError:
            failure = ConnectTimeoutError(connection, "timed out")
        except OSError:
            failure = NewConnectionError(connection, "refused")
    raise failure
