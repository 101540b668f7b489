"""The events of the table: a named, conditional write for each rule."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from pydantic_core import from_json

from lectern.domain.enrollment import Shifts
from lectern.domain.event import Event, LeadTime, Phase, SyncState
from lectern.domain.meeting import Meeting
from lectern.store import keys
from lectern.store.event_pages import EventPages
from lectern.store.items import (
    count_attributes,
    event_indexes,
    event_item,
    event_of,
    stored,
    sync_attributes,
)
from lectern.store.staff import StaffStore
from lectern.store.table import BATCH_GET_LIMIT, Change, Expression, Item, Table, WriteConflict

_EXISTS = Expression("attribute_exists(#PK)")
_OPTIONAL_INDEXES = ("GSI3PK", "GSI3SK", "GSI6PK")
_NOT_CHANGED: dict[str, None] = {"GSI6PK": None}

_log = logging.getLogger(__name__)


class EventStore(EventPages):
    """Events by id, by start, by state and by course.

    Attributes:
        staff: Events by the users whom they name as host or instructor.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.staff = StaffStore(table)

    def get(self, event_id: str) -> Event | None:
        """The event as it is now."""
        item = self._table.get(keys.event(event_id))
        return event_of(item) if item else None

    def get_many(self, event_ids: Iterable[str]) -> list[Event]:
        """The events that exist of these, in no particular order."""
        return [event_of(item) for item in self._table.get_many(map(keys.event, event_ids))]

    def get_readable(self, event_ids: Iterable[str]) -> list[Event]:
        """The same, without what cannot be read: it is logged, and holds up none of the others."""
        readable = []
        for item in self._table.get_many(map(keys.event, event_ids)):
            try:
                readable.append(event_of(item))
            except (LookupError, TypeError, ValueError) as error:
                _log.error("event cannot be read: %s (%s)", item["PK"], type(error).__name__)
        return readable

    def titles(self, event_ids: Sequence[str]) -> dict[str, str]:
        """The titles of the events that exist of these, by id: nothing else of them is read."""
        starts = range(0, len(event_ids), BATCH_GET_LIMIT)
        parts = [event_ids[at : at + BATCH_GET_LIMIT] for at in starts]
        with ThreadPoolExecutor(max(1, len(parts))) as readers:
            found = chain.from_iterable(readers.map(self._titles, parts))
            return {item["event_id"]: from_json(item["details"])["title"] for item in found}

    def _titles(self, event_ids: Sequence[str]) -> list[Item]:
        return self._table.get_many(map(keys.event, event_ids), attributes=("event_id", "details"))

    def create(self, event: Event) -> None:
        """Stores a new event.

        Raises:
            WriteConflict: An event of that id exists.
        """
        self._table.put(event_item(event), Expression("attribute_not_exists(#PK)"))

    def replace_desired(
        self, event: Event, *, was_version: int, was_phase: Phase | None = None
    ) -> Event:
        """Stores a changed desired state and asks for its synchronisation, in one write.

        Leaves what the workflow writes (ledger, lease) alone.

        Args:
            event: The event with the new desired state and version.
            was_version: The version that the change was made from.
            was_phase: The phase that it was made from, where that changes with it.

        Returns:
            The event as it is afterwards.

        Raises:
            WriteConflict: The event has another version by now, or another phase where that counts.
        """
        indexes = event_indexes(event)
        desired = {
            name: getattr(event, name)
            for name in ("version", "status", "details", "updated_at", "changed_by", "changed_in")
        }
        gone = ["sync_next_attempt_at", "sync_background"]
        gone += [name for name in _OPTIONAL_INDEXES if name not in indexes]
        change = Change(
            set={name: stored(value) for name, value in desired.items()}
            | indexes
            | sync_attributes(
                {"state": event.sync.state, "requested_at": event.updated_at, "attempts": 0}
            ),
            remove=gone,
            add={"sync_requested": 1},
        )
        condition = _version_is(was_version)
        if was_phase not in {None, event.phase}:
            change = replace(change, set={**change.set, "phase": event.phase.value})
            condition = Expression(
                f"{condition.text} AND #phase = :was_phase",
                {**condition.values, ":was_phase": stored(was_phase)},
            )
        return event_of(self._table.update(keys.event(event.event_id), change, condition))

    def request_sync(
        self,
        event_id: str,
        now: datetime,
        *,
        verify: bool = False,
        retry: bool = False,
        look_up: bool = False,
        everyone: bool = False,
        background: bool | None = False,
        shifts: Shifts | None = None,
        asked_in: str | None = None,
    ) -> Event | None:
        """Asks for a synchronisation; whoever holds the lease sees it before giving it back.

        Args:
            event_id: The event.
            now: The present moment.
            verify: Whether Zoom is to be read first.
            retry: Whether what had failed for good is to be tried again.
            look_up: Whether somebody is to be looked up singly.
            everyone: Whether all of the event's people are to be read, not only those in LSI1.
            background: Whether everything that somebody else asked for goes first; ``None`` where
                it is as what was asked for before.
            shifts: How the change that asks shifts the counts of people.
            asked_in: The request to the API, where that has changed people.

        Returns:
            The event as it is afterwards; ``None`` if it does not exist.
        """
        anew = sync_attributes({"attempts": 0}) if retry else {}
        anew |= sync_attributes({"asked_in": asked_in}) if asked_in else {}
        anew |= sync_attributes({"look_up": True}) if look_up else {}
        anew |= sync_attributes({"basis": None}) if everyone else {}
        change = Change(
            set=_request(event_id, now, verify=verify, background=background) | anew,
            add={"sync_requested": 1}
            | ({"sync_retry_round": 1} if retry else {})
            | (count_attributes(shifts) if shifts else {}),
        )
        return self._changed(event_id, change, _EXISTS)

    def request_verification(self, event: Event, now: datetime) -> Event | None:
        """Asks that Zoom is read again, unless something else was asked for meanwhile.

        Returns:
            The event as it is afterwards; ``None`` if there was no need to ask.
        """
        request = _request(event.event_id, now, verify=True, background=True)
        change = Change(set=request, add={"sync_requested": 1})
        return self._changed(event.event_id, change, _nothing_asked_since(event))

    def sweep_before_start(self, event: Event, lead: LeadTime, now: datetime) -> Event | None:
        """Asks that the event is brought up to date before its start, once for a lead time.

        Returns:
            The event as it is afterwards; ``None`` if it was changed, or swept, meanwhile.
        """
        request = _request(event.event_id, now, verify=True, background=False)
        swept = sync_attributes({"swept": lead})
        change = Change(set=request | swept | _NOT_CHANGED, add={"sync_requested": 1})
        return self._changed(event.event_id, change, _swept_as_read(event))

    def look_at(self, event: Event, moment: datetime | None) -> None:
        """Notes when the background sweep is to come back, unless the event was asked for since.

        Args:
            event: The event as it was read.
            moment: When; ``None`` for never.
        """
        look = keys.look(event.event_id, moment) if moment else keys.NO_LOOK
        self._changed(event.event_id, Change(set=look), _nothing_asked_since(event))

    def _changed(self, event_id: str, change: Change, condition: Expression) -> Event | None:
        """The event after a change; ``None`` if its condition does not hold."""
        try:
            return event_of(self._table.update(keys.event(event_id), change, condition))
        except WriteConflict:
            return None

    def claim_meeting(self, connection: str, zoom_id: str, event_id: str) -> None:
        """Notes which event a meeting at Zoom belongs to, for good.

        Raises:
            WriteConflict: It belongs to another event.
        """
        item = {**keys.meeting(connection, zoom_id), "event_id": event_id}
        mine = Expression("attribute_not_exists(#PK) OR #event_id = :event", {":event": event_id})
        self._table.write(item, mine)

    def owner_of_meeting(self, connection: str, zoom_id: str) -> str | None:
        """The event that a meeting at Zoom belongs to, or once belonged to."""
        item = self._table.get(keys.meeting(connection, zoom_id))
        return str(item["event_id"]) if item else None

    def retire_again(self, event: Event, meeting: Meeting, now: datetime) -> None:
        """Has a meeting deleted once more that somebody took out of Zoom's bin, in one write.

        Raises:
            WriteConflict: Meetings were retired meanwhile, or an execution is at work, which alone
                writes then.
        """
        others = (each for each in event.retired if each.name != meeting.name)
        request = _request(event.event_id, now, verify=False, background=False)
        change = Change(
            set=request | {"retired": stored((*others, meeting))}, add={"sync_requested": 1}
        )
        free = Expression(
            "#retired = :was AND (attribute_not_exists(#sync_lease_until)"
            " OR #sync_lease_until <= :now)",
            {":was": stored(event.retired), ":now": keys.stamp(now)},
        )
        self._table.update(keys.event(event.event_id), change, free)

    def record_phase(self, event: Event, phase: Phase, at: datetime, instance: str) -> Event:
        """Notes where the event is in its life, as Zoom reported.

        Args:
            event: The event as it was read.
            phase: Where it is now.
            at: When that began.
            instance: The session that it is about.

        Raises:
            WriteConflict: Something else was reported meanwhile.
        """
        facts = {"phase": phase, "phase_at": at, "instance": instance}
        was = stored(event.phase_at)
        values = {":was_at": was, ":was": event.phase.value}
        unchanged = (
            Expression("attribute_exists(#PK) AND attribute_not_exists(#phase_at)")
            if was is None
            else Expression("#phase_at = :was_at AND #phase = :was", values)
        )
        change = Change(set={name: stored(value) for name, value in facts.items()})
        return event_of(self._table.update(keys.event(event.event_id), change, unchanged))

    def count(self, event_id: str, shifts: Shifts) -> None:
        """Counts people who stand elsewhere now."""
        added = count_attributes(shifts)
        if added:
            self._table.update(keys.event(event_id), Change(add=added), _EXISTS)

    def add_attended(self, event_id: str, instances: frozenset[str]) -> None:
        """Notes the runs of the session whose attendance is final, where that of all is."""
        exists = Expression("attribute_exists(#PK)")
        with suppress(WriteConflict):
            self._table.update(keys.event(event_id), Change(add={"attended": instances}), exists)


def _request(
    event_id: str, now: datetime, *, verify: bool, background: bool | None
) -> dict[str, Any]:
    """The attributes that ask for a synchronisation; what was asked for before stays so."""
    request: dict[str, object] = {"state": SyncState.PENDING, "requested_at": now}
    request |= {"verify": True} if verify else {}
    request |= {} if background is None else {"background": background or None}
    return {
        **sync_attributes(request),
        "GSI2PK": keys.shard_in_state(event_id, SyncState.PENDING),
    }


def _version_is(version: int) -> Expression:
    return Expression("#version = :was_version", {":was_version": version})


def _nothing_asked_since(event: Event) -> Expression:
    return Expression("#sync_requested = :seen", {":seen": event.sync.requested})


def _swept_as_read(event: Event) -> Expression:
    """The event is of the version, and was swept as far, as it was read."""
    version = _version_is(event.version)
    swept = event.sync.swept
    if swept is None:
        return Expression(f"{version.text} AND attribute_not_exists(#sync_swept)", version.values)
    values = {**version.values, ":swept": stored(swept)}
    return Expression(f"{version.text} AND #sync_swept = :swept", values)
