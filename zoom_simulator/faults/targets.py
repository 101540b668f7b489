"""What a call asks of Zoom, and whom it concerns: what faults are aimed by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoom_simulator.account.model import Session
    from zoom_simulator.world import World

_BETWEEN_ADDRESSES = re.compile(r"[;,\s]+")


@dataclass(frozen=True)
class Asked:
    """A call, as it came.

    Attributes:
        world: The account that is asked.
        operation: Its name in the table of operations, or ``oauth_token``.
        changes: Whether it is to change something.
        path: The arguments in the path, such as ``session_id``.
        query: The query string.
        body: The body.
    """

    world: World
    operation: str
    changes: bool = False
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @cached_property
    def sessions(self) -> frozenset[str]:
        """The ids of the session that it is about, in small letters."""
        reference = self.path.get("session_id", "")
        known = (str(self._session.id),) if self._session else ()
        return _small(reference, *known)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The id and the address of the user whose sessions it is about, in small letters."""
        reference = self._session.host_id if self._session else self.path.get("user_id", "")
        user = self.world.find_user(reference)
        return _small(reference, *((user.id, user.email) if user else ()))

    @cached_property
    def people(self) -> frozenset[str]:
        """Whom it names: ids in the path, their addresses, and every text in query and body."""
        ids = [self.path[name] for name in ("registrant_id", "panelist_id") if name in self.path]
        return _small(*ids, *self._addresses_of(ids), *self.query.values(), *_words(self._document))

    @cached_property
    def _session(self) -> Session | None:
        reference = self.path.get("session_id", "")
        if reference.isdecimal():
            return self.world.sessions.get(int(reference))
        instance = self.world.instances.get(reference)
        return self.world.sessions.get(instance.session_id) if instance else None

    @property
    def _document(self) -> object:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def _addresses_of(self, ids: list[str]) -> list[str]:
        if self._session is None:
            return []
        registrants, panelists = self._session.registrants, self._session.panelists.values()
        named = [registrants[each].email for each in ids if each in registrants]
        return [*named, *(each.email for each in panelists if each.id in ids)]


def _words(value: object) -> Iterator[str]:
    """Every text in a JSON document; lists of addresses in one text are taken apart."""
    if isinstance(value, str):
        yield from _BETWEEN_ADDRESSES.split(value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _words(each)


def _small(*texts: str) -> frozenset[str]:
    return frozenset(text.lower() for text in texts)
