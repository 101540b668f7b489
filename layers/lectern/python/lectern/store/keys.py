"""How the items of the table are keyed; nothing else spells a key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from lectern.domain.address import address_key
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import EventDetails, SyncState
from lectern.store.shards import in_shard, shard_of

Key = dict[str, str]

LSI1 = "LSI1"
"""An event's enrollments that are pending or have failed."""
LSI2 = "LSI2"
"""An event's instructors."""
GSI1 = "GSI1"
"""Events by start; an event's timeline; an account's self-tests, the last one first."""
GSI2 = "GSI2"
"""Events that are not in sync, by state; a user's enrollments, events as host or instructor,
notifications, attendance, clicks and acts as an operator; a stranger's attendance; runs of sessions
whose attendance is still to be settled; self-tests that something is left to do for."""
GSI3 = "GSI3"
"""Events of a course; enrollments of an e-mail address."""
GSI4 = "GSI4"
"""Events of a host."""
GSI5 = "GSI5"
"""Events by when the background sweep has something to do for them."""
GSI6 = "GSI6"
"""Events that were changed since they were last swept before their start, by start."""
SORTED_BY = {GSI4: "GSI1SK", GSI6: "GSI1SK"}
"""Events by start share one attribute, which each write of an event is smaller for."""

ALL_EVENTS = "EVENTS"
"""The partition of GSI1 that holds the events; in shards, as the next two are."""
TO_LOOK_AT = "LOOK"
"""The partition of GSI5."""
CHANGED = "CHANGED"
"""The partition of GSI6."""


ENROLLMENT_PREFIX = "USER#"
CLAIM_PREFIX = "EMAIL#"
LOOKUP_PREFIX = "LOOKUP#"
STAY_PREFIX = "DEVICE_STAY#"
"""Sorts before PERSON# and STRANGER#, which are read as one range."""
INSTANCE_PREFIX = "INSTANCE#"
_ATTENDANCE_PREFIX = "ATTENDANCE#"
_CHANGE_PREFIX = "CHANGE#"


def stamp(moment: datetime) -> str:
    """A moment as fixed-width text in UTC, so that texts compare as moments do.

    Example:
        >>> stamp(datetime.fromisoformat("2030-12-01T10:00:00+01:00"))
        '2030-12-01T09:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event(event_id: str) -> Key:
    """The event itself.

    Example:
        >>> event("ev-1")
        {'PK': 'EVENT#ev-1', 'SK': 'EVENT'}
    """
    return {"PK": f"EVENT#{event_id}", "SK": "EVENT"}


def enrollment(event_id: str, user_id: str) -> Key:
    """A person in an event."""
    return {"PK": f"EVENT#{event_id}", "SK": f"{ENROLLMENT_PREFIX}{user_id}"}


def staff(event_id: str, user_id: str) -> Key:
    """That an event names, or once named, a user as its host or an instructor."""
    return {"PK": f"EVENT#{event_id}", "SK": f"STAFF#{user_id}"}


def address_claim(event_id: str, address: str) -> Key:
    """Which user holds an e-mail address within an event."""
    return {"PK": f"EVENT#{event_id}", "SK": f"{CLAIM_PREFIX}{address}"}


def lookup(event_id: str, user_id: str) -> Key:
    """That a person is to be looked up at Zoom."""
    return {"PK": f"EVENT#{event_id}", "SK": f"{LOOKUP_PREFIX}{user_id}"}


def address_of_claim(sort_key: str) -> str:
    """The address that a claim is of."""
    return sort_key.removeprefix(CLAIM_PREFIX)


def meeting(connection_id: str, zoom_id: str) -> Key:
    """Which event a meeting at Zoom belongs to."""
    return {"PK": f"ZOOM#{connection_id}#{zoom_id}", "SK": "ZOOM"}


def webhook(digest: str) -> Key:
    """A delivery of Zoom that was worked off."""
    return {"PK": f"WEBHOOK#{digest}", "SK": "WEBHOOK"}


def settings() -> Key:
    """The platform's settings."""
    return {"PK": "SETTINGS", "SK": "SETTINGS"}


def change_of_settings(at: datetime, name: str) -> Key:
    """The record of a change of the settings, or of a connection."""
    return {"PK": "SETTINGS", "SK": f"{_CHANGE_PREFIX}{stamp(at)}#{name}"}


def changes_of_settings() -> Key:
    """What the keys of all of these records begin with."""
    return {"PK": "SETTINGS", "SK": _CHANGE_PREFIX}


def _by_start(event_id: str, starts_at: datetime) -> str:
    return f"{stamp(starts_at)}#{event_id}"


def event_at(position: str) -> str:
    """The event that stands at a position of an index by start."""
    return position.partition("#")[2]


def event_indexes(event_id: str, details: EventDetails) -> Key:
    """The index attributes of an event, but for what its state decides."""
    by_start = _by_start(event_id, details.starts_at)
    indexes = {
        "GSI1PK": _own_shard(ALL_EVENTS, event_id),
        "GSI1SK": by_start,
        "GSI2SK": by_start,
        "GSI4PK": events_of_host(details.connection, details.host.email),
    }
    if details.context is not None:
        indexes |= {"GSI3PK": events_of_context(details.context.id), "GSI3SK": by_start}
    return indexes


def look(event_id: str, moment: datetime) -> Key:
    """The index attributes by which the background sweep comes to an event at a moment."""
    own = _own_shard(TO_LOOK_AT, event_id)
    return {"GSI5PK": own, "GSI5SK": f"{stamp(moment)}#{event_id}"}


NO_LOOK: dict[str, None] = {"GSI5PK": None, "GSI5SK": None}
"""What takes an event out of that index."""


def changed(event_id: str) -> Key:
    """The index attributes of an event that is to be swept anew before its start."""
    return {"GSI6PK": _own_shard(CHANGED, event_id)}


def look_at(position: str) -> str:
    """The moment at which the event comes that stands at a position of that index."""
    return position.partition("#")[0]


def shard_in_state(event_id: str, state: SyncState) -> str | None:
    """The shard of GSI2 that has an event in a state of synchronisation.

    None has those in sync, which are most: a change costs one write of the index when it begins,
    and one when it ends.
    """
    return None if state is SyncState.IN_SYNC else _own_shard(events_in_state(state), event_id)


def _own_shard(partition: str, event_id: str) -> str:
    return in_shard(partition, shard_of(event_id))


def events_in_state(state: SyncState) -> str:
    """The partition of GSI2 that holds the events in a state of synchronisation; in shards.

    What is pending and what is syncing have one: an event goes from one to the other with each
    round of work, and to move it would write the index twice.
    """
    kept_with = SyncState.PENDING if state is SyncState.SYNCING else state
    return f"EVENTS#{kept_with.value}"


def events_of_context(context_id: str) -> str:
    """The partition of GSI3 that holds a course's events."""
    return f"CONTEXT#{context_id}"


def events_of_host(connection_id: str, email: str) -> str:
    """The partition of GSI4 that holds the events of a host in a Zoom account."""
    return f"HOST#{connection_id}#{address_key(email)}"


def enrollment_of_address(email: str, user_id: str, event_id: str) -> Key:
    """Where GSI3 has an enrollment, among all of an e-mail address, by user.

    Example:
        >>> enrollment_of_address("Kim@acme.example", "u-77", "ev-1")
        {'GSI3PK': 'ADDRESS#kim@acme.example', 'GSI3SK': 'u-77#ev-1'}
    """
    return {"GSI3PK": f"ADDRESS#{address_key(email)}", "GSI3SK": f"{user_id}#{event_id}"}


def enrollment_of_user(user_id: str, event_id: str) -> Key:
    """Where GSI2 has an enrollment, among all of its user."""
    return {"GSI2PK": f"USER#{user_id}", "GSI2SK": f"EVENT#{event_id}"}


def staff_of_user(user_id: str, event_id: str) -> Key:
    """Where GSI2 has an event that names a user as host or instructor, among all that do."""
    return {"GSI2PK": f"USER#{user_id}", "GSI2SK": f"STAFF#{event_id}"}


def instructor_of_event(user_id: str) -> Key:
    """Where LSI2 has an enrollment, among the instructors of its event."""
    return {"LSI2SK": user_id}


DUE = frozenset({EnrollmentState.PENDING, EnrollmentState.FAILED})
"""Where those stand whom LSI1 has: a change of anybody else's state costs nothing of it."""


def enrollment_in_state(state: EnrollmentState, user_id: str = "") -> str:
    """The sort key of LSI1 for an enrollment; without a user, the prefix of all in that state."""
    return f"{state.value}#{user_id}"


def due_indexes(state: EnrollmentState, user_id: str) -> dict[str, str | None]:
    """The attribute by which LSI1 has an enrollment, if there is anything to be done for it."""
    return {"LSI1SK": enrollment_in_state(state, user_id) if state in DUE else None}


NOT_DUE: dict[str, None] = {"LSI1SK": None}
"""What keeps an enrollment out of that index: nothing is to be done, or everyone is to be read."""


def is_due_among_many(item: Mapping[str, object]) -> bool:
    """Whether something is to be done for an enrollment that LSI1 does not have."""
    return item["state"] in DUE and "LSI1SK" not in item


def user_at(position: str) -> str:
    """The user who stands at a position of LSI1."""
    return position.partition("#")[2]


FIRST_DUE = enrollment_in_state(EnrollmentState.FAILED)
LAST_DUE = f"{EnrollmentState.PENDING.value}$"
"""Between these two LSI1 has those who have failed or are pending: ``$`` follows ``#``, and no
other state lies between the two in the alphabet. Former versions had everybody in it."""


def place(number: int) -> str:
    """A place in the table's stream, as texts compare; with the era before it, 52 digits."""
    return f"{number:052d}"


def attendance(event_id: str, position: str) -> Key:
    """Someone who attended an event; not beside the event itself, which a burst would slow down."""
    return {"PK": f"{_ATTENDANCE_PREFIX}{event_id}", "SK": position}


def event_of_attendance(partition: str) -> str:
    """The event that the partition of an attendee belongs to."""
    return partition.removeprefix(_ATTENDANCE_PREFIX)


def instance(event_id: str, instance_key: str) -> Key:
    """A run of an event's session at Zoom; without one, what the keys of all begin with."""
    return attendance(event_id, f"{INSTANCE_PREFIX}{instance_key}")


def seen(event_id: str, instance_key: str, source: str = "", place: str = "") -> Key:
    """Where what a source told of a stay is; without them, what the keys of all begin with."""
    told = f"{source}#{place}" if source else ""
    return attendance(event_id, f"{STAY_PREFIX}{instance_key}#{told}")


def open_instances() -> str:
    """The partition of GSI2 that holds the runs whose attendance is still to be settled."""
    return "ATTENDANCE"


def due_instance(event_id: str, instance_key: str, due_at: datetime) -> Key:
    """Where GSI2 has a run that is still to be settled."""
    return {"GSI2PK": open_instances(), "GSI2SK": f"{stamp(due_at)}#{instance_key}#{event_id}"}


def instance_at(position: str) -> tuple[str, str]:
    """The event and the run that stand at a position of that index."""
    _, instance_key, event_id = position.split("#", 2)
    return event_id, instance_key


def attended_by(who: str, event_id: str = "") -> Key:
    """Where GSI2 has what a user attended, or a stranger by position, among all of it."""
    return {"GSI2PK": f"ATTENDED#{who}", "GSI2SK": f"EVENT#{event_id}"}


def pre_event_sweep() -> Key:
    """How far the last pre-event sweep came."""
    return {"PK": "SWEEP", "SK": "PRE_EVENT"}


def rollout_of_settings() -> Key:
    """How far the last change of the settings was brought to the events."""
    return {"PK": "SWEEP", "SK": "SETTINGS"}


def rollout_of_era() -> Key:
    """How far the beginning of an era of the table was brought to the events."""
    return {"PK": "SWEEP", "SK": "ERA"}


def rollout_of_loss(connection_id: str) -> Key:
    """How far the last loss of a connection's credentials was brought to its events."""
    return {"PK": "SWEEP", "SK": f"LOST#{connection_id}"}
