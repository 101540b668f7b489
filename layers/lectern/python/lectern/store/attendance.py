"""Who attended: what was seen of stays, and what was made of it.

What was seen of a stay while the session ran is a set in DynamoDB, which updates add to:
neither the order in which deliveries are worked off nor how often makes a difference, and no two
people are in each other's way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping

from pydantic import TypeAdapter

from lectern.domain.attendance.matching import (
    Attendee,
    Identity,
    Instance,
    Stays,
    is_stranger,
    position_of_user,
)
from lectern.domain.attendance.presence import Sighting, Source, Span, united
from lectern.domain.attendance.report import ReportedStay
from lectern.store import keys
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, Table, begins, between

_IN = "in_"
"""An attendee has an attribute for each run of the session, so that each is written by itself."""

_SPANS = TypeAdapter(tuple[Span, ...])


class AttendanceStore:
    """The stays of each run of a session, and the attendees of events."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def see(self, instance: Instance, stay: str, sighting: Sighting) -> None:
        """Adds what Zoom told of a stay while the session ran."""
        key = keys.seen(instance.event_id, instance.key, Source.LIVE, stay)
        change = Change(
            set={"stay": stay, "ttl": int(instance.expires_at.timestamp())},
            add={"sightings": {_text_of(sighting)}},
        )
        self._table.update(key, change)

    def keep_page(self, instance: Instance, source: Source, stays: Iterable[ReportedStay]) -> None:
        """Keeps a page of what Zoom reports until all is read; the same page again is no other."""
        rows = {f"{stay.name}#{_digest(stay.sighting)}": stay for stay in stays}
        self._table.put_many(
            {
                **keys.seen(instance.event_id, instance.key, source, place),
                "stay": stay.name,
                "sightings": {_text_of(stay.sighting)},
                "ttl": int(instance.expires_at.timestamp()),
            }
            for place, stay in rows.items()
        )

    def stays(self, instance: Instance, source: Source) -> Stays:
        """What a source told of each stay of a run."""
        seen: dict[str, set[Sighting]] = {}
        told = begins(keys.seen(instance.event_id, instance.key, source))
        for item in self._table.query_all(told):
            seen.setdefault(item["stay"], set()).update(_sightings_of(item))
        return seen

    def forget_seen(self, instance: Instance, source: Source | None = None) -> None:
        """Deletes what was seen of a run's stays, by one source or by all."""
        told = begins(keys.seen(instance.event_id, instance.key, source or ""))
        found = self._table.query_all(told, attributes=("PK", "SK"))
        self._table.delete_many(dict(item) for item in found)

    def add(self, instance: Instance, attendee: Attendee) -> None:
        """Stores someone's time in a run; that in others is left as it is."""
        user_id = attendee.user_id
        # A stranger is found again by the address that Zoom told of, if it told of one.
        who = user_id if user_id is not None else attendee.email and attendee.position
        index = keys.attended_by(who, instance.event_id) if who else {}
        change = Change(
            set={
                "user_id": user_id,
                "email": attendee.email,
                "name": attendee.name,
                f"{_IN}{instance.key}": _SPANS.dump_json(attendee.spans).decode(),
                "ttl": int(instance.expires_at.timestamp()),
                **index,
            }
        )
        self._table.update(keys.attendance(instance.event_id, attendee.position), change)

    def everyone(self, event_id: str, runs: Collection[str] | None = None) -> list[Attendee]:
        """All who were in some runs, or in any, by position; as far as it is final."""
        told = self._table.query_all(_people_of(event_id))
        people = (_attendee_of(item, runs) for item in told)
        return [each for each in people if each.was_there]

    def page(
        self, event_id: str, runs: Collection[str], *, after: str | None, limit: int
    ) -> Page[Attendee]:
        """A page of the attendees of an event, by position, with their time in some of its runs.

        Who was in others alone is among them, with no time.

        Returns:
            The attendees, and the position after which the next page begins.
        """
        start = dict(keys.attendance(event_id, after)) if after is not None else None
        page = self._table.query(_people_of(event_id), start=start, limit=limit)
        people = [_attendee_of(item, runs) for item in page.items]
        return Page(people, people[-1].position if page.next_key and people else None)

    def of_user(self, user_id: str, event_ids: Iterable[str]) -> Mapping[str, Attendee]:
        """A user's final attendance in these events, by event, in whichever run it was."""
        position = position_of_user(user_id)
        wanted = (keys.attendance(event_id, position) for event_id in event_ids)
        return {
            keys.event_of_attendance(item["PK"]): _attendee_of(item)
            for item in self._table.get_many(wanted)
        }

    def page_of_user(self, who: str, *, after: str | None = None, limit: int) -> Page[str]:
        """A page of the events that somebody attended, by event.

        Args:
            who: A user, or the position of a stranger with an address.
            after: The event after which the page begins.
            limit: How many events it has at most.

        Returns:
            The events' ids, and the event after which the next page begins.
        """
        start = None
        if after is not None:
            start = keys.attendance(after, _position_of(who)) | keys.attended_by(who, after)
        theirs = Expression("#GSI2PK = :user", {":user": keys.attended_by(who)["GSI2PK"]})
        page = self._table.query(theirs, index=keys.GSI2, start=start, limit=limit)
        events = [keys.event_of_attendance(item["PK"]) for item in page.items]
        return Page(events, events[-1] if page.next_key and events else None)

    def forget_settled(self, who: str, event_ids: Iterable[str]) -> None:
        """Deletes what is final of somebody's attendance, of a user or of a stranger."""
        self._table.delete_many(keys.attendance(each, _position_of(who)) for each in event_ids)

    def forget_user(
        self, event_id: str, user_id: str, is_theirs: Callable[[Identity], bool]
    ) -> None:
        """Deletes a user's attendance in an event.

        Args:
            event_id: The event.
            user_id: The user.
            is_theirs: Whether a stay that is not settled yet is the user's.
        """
        settled = keys.attendance(event_id, position_of_user(user_id))
        told = self._table.query_all(begins(keys.attendance(event_id, keys.STAY_PREFIX)))
        theirs = [
            keys.attendance(event_id, item["SK"])
            for item in told
            if is_theirs(Identity.of(_sightings_of(item)))
        ]
        self._table.delete_many([*theirs, settled] if self._table.get(settled) else theirs)


def _position_of(who: str) -> str:
    return who if is_stranger(who) else position_of_user(who)


def _people_of(event_id: str) -> Expression:
    """Users first, then who could not be matched; nothing else lies between the two."""
    first, last = (keys.attendance(event_id, text) for text in ("PERSON#", "STRANGER#\uffff"))
    return between(first, last)


def _attendee_of(item: Item, runs: Collection[str] | None = None) -> Attendee:
    """An attendee, with the time in some runs, or in all."""
    there = (name for name in item if name.startswith(_IN))
    spans = united(
        span
        for name in there
        if runs is None or name.removeprefix(_IN) in runs
        for span in _SPANS.validate_json(item[name])
    )
    return Attendee(
        position=item["SK"],
        user_id=item.get("user_id"),
        email=item["email"],
        name=item["name"],
        spans=spans,
    )


def _sightings_of(item: Item) -> list[Sighting]:
    return list(map(Sighting.model_validate_json, item["sightings"]))


def _text_of(sighting: Sighting) -> str:
    """The sighting as a member of a set: the same one is the same text."""
    return sighting.model_dump_json(exclude_defaults=True)


def _digest(sighting: Sighting) -> str:
    return hashlib.sha256(_text_of(sighting).encode()).hexdigest()[:16]
