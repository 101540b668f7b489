"""What the simulated account holds: users, their meetings and webinars, and the people in them.

A meeting and a webinar are one thing here, a session of a kind; what Zoom treats differently is in
`zoom_simulator.account.kinds`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from zoom_simulator.account.policy import Policy
from zoom_simulator.account.presence import Instance
from zoom_simulator.operations import Kind


class UserType(IntEnum):
    """Zoom's user types."""

    BASIC = 1
    LICENSED = 2
    UNASSIGNED = 4
    NONE = 99


class SessionType(IntEnum):
    """Zoom's types of meetings and, in the same numbers, of webinars."""

    INSTANT = 1
    SCHEDULED = 2
    RECURRING_NO_FIXED_TIME = 3
    WEBINAR = 5
    WEBINAR_NO_FIXED_TIME = 6
    RECURRING = 8
    RECURRING_WEBINAR = 9
    SCREEN_SHARE = 10


SINGLE_TYPES = frozenset({SessionType.SCHEDULED, SessionType.WEBINAR})
RECURRING_TYPES = frozenset({SessionType.RECURRING, SessionType.RECURRING_WEBINAR})
TYPES_WITH_START = SINGLE_TYPES | RECURRING_TYPES


class Approval(IntEnum):
    """How registrations are approved (``approval_type``)."""

    AUTOMATIC = 0
    MANUAL = 1
    NO_REGISTRATION = 2


class RegistrantStatus(StrEnum):
    """The states of a registrant that Zoom shows; a cancelled one is shown as denied."""

    APPROVED = "approved"
    PENDING = "pending"
    DENIED = "denied"


@dataclass
class User:
    """A user of the account.

    Attributes:
        id: Zoom's id.
        email: The address, as written at seeding.
        type: Basic, Licensed, Unassigned or none.
        status: ``active``, ``inactive``, ``pending``, ``invitation_expired``, or ``elsewhere`` for
            who has gone to another account.
        pmi: The personal meeting id.
        meeting_capacity: How many the user's meetings hold.
        webinar_capacity: How many the user's webinars hold; 0 without a webinar licence.
        large_meeting_capacity: How many the user's large meetings hold; 0 without that licence.
        use_pmi_by_default: The user's setting: schedule with the personal meeting id unless a
            meeting says otherwise.
        policy: In what the user's rules differ from the account's.
        assistants: Who may schedule for the user, by id; the value says whether the assistant may
            manage private events.
    """

    id: str
    email: str
    type: UserType
    status: str
    first_name: str
    last_name: str
    timezone: str
    pmi: int
    created_at: datetime
    meeting_capacity: int
    webinar_capacity: int
    large_meeting_capacity: int
    use_pmi_by_default: bool
    policy: Policy = field(default_factory=Policy)
    assistants: dict[str, bool] = field(default_factory=dict)

    @property
    def is_lost(self) -> bool:
        """Whether the user never accepted the invitation, and it ran out."""
        return self.status == "invitation_expired"

    @property
    def is_elsewhere(self) -> bool:
        """Whether the user has gone to another account."""
        return self.status == "elsewhere"

    @property
    def holds_licence(self) -> bool:
        """Whether one of the account's licences is the user's; an invited user holds one too."""
        return self.type is UserType.LICENSED and self.status in {"active", "pending"}

    @property
    def name(self) -> str:
        """The first and the last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def may_host(self) -> bool:
        """Whether the user may schedule and host meetings."""
        return self.status == "active" and self.type in {UserType.BASIC, UserType.LICENSED}


@dataclass
class Registrant:
    """A person registered for a meeting or a webinar.

    Attributes:
        link_ready_at: From when Zoom shows the join link: at once, unless a fault delays it.
        link_key: What the personal join link carries.
        details: The optional fields of the registration, such as ``city``.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    status: RegistrantStatus
    created_at: datetime
    link_ready_at: datetime
    link_key: str
    pin_code: int
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The first and the last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def shows_link(self, now: datetime) -> bool:
        """Whether Zoom's answers have the person's join link."""
        return self.status is RegistrantStatus.APPROVED and self.link_ready_at <= now


@dataclass
class Panelist:
    """A person who speaks in a webinar.

    Attributes:
        link_key: What the personal join link carries; a new one each time that the person is added.
        tag: The fields of the name tag and the background.
    """

    id: str
    email: str
    name: str
    link_key: str
    tag: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InviteLink:
    """A link for one person by name, who needs no registration.

    Attributes:
        expires_at: From when it lets nobody in; ``None`` is never.
    """

    key: str
    name: str
    expires_at: datetime | None

    def works(self, now: datetime) -> bool:
        """Whether it still lets the person in."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True)
class Mail:
    """An e-mail that Zoom would send, about a session or the account."""

    time: datetime
    kind: str
    to: str
    session_id: int | None


@dataclass
class Session:
    """A meeting or a webinar of one host.

    Attributes:
        start_time: In UTC; ``None`` where the type has no fixed time.
        duration: In minutes.
        settings: Zoom's ``settings``, complete.
        instance: What goes on, while it goes on.
        registrants: By id, in the order of registration.
        panelists: Those of a webinar, by address in small letters.
        invite_links: By key.
        start_keys: The host's start links that were given out, with the end of each.
    """

    id: int
    kind: Kind
    uuid: str
    host_id: str
    topic: str
    agenda: str
    type: SessionType
    start_time: datetime | None
    duration: int
    timezone: str
    password: str
    link_password: str
    registration_key: str
    settings: dict[str, Any]
    recurrence: dict[str, Any] | None
    tracking_fields: list[dict[str, Any]]
    creation_source: str
    created_at: datetime
    instance: Instance | None = None
    deleted_at: datetime | None = None
    registrants: dict[str, Registrant] = field(default_factory=dict)
    panelists: dict[str, Panelist] = field(default_factory=dict)
    invite_links: dict[str, InviteLink] = field(default_factory=dict)
    start_keys: dict[str, datetime] = field(default_factory=dict)
    _by_email: dict[str, Registrant] = field(default_factory=dict)

    @property
    def started(self) -> bool:
        """Whether it is going on."""
        return self.instance is not None

    @property
    def approval(self) -> Approval:
        """How registrations are approved."""
        return Approval(self.settings["approval_type"])

    @property
    def ends_at(self) -> datetime | None:
        """The scheduled end, where there is one."""
        return self.start_time and self.start_time + timedelta(minutes=self.duration)

    @property
    def alternative_hosts(self) -> frozenset[str]:
        """The addresses of the alternative hosts, in small letters."""
        text: str = self.settings["alternative_hosts"]
        return frozenset(part for part in re.split("[;,]", text.lower()) if part)

    def lock(self, locked: Mapping[str, Any]) -> None:
        """Give settings the values that are locked; what the kind does not have is passed over."""
        self.settings.update({name: locked[name] for name in locked.keys() & self.settings.keys()})
        if self.settings.get("waiting_room"):
            self.settings["join_before_host"] = False

    def is_over(self, now: datetime) -> bool:
        """Whether the scheduled end of a single session has passed, also while it still goes on."""
        ends_at = self.ends_at
        return self.type in SINGLE_TYPES and ends_at is not None and ends_at <= now

    def registrant_with_email(self, email: str) -> Registrant | None:
        """Who is registered with an address; Zoom does not look at its case."""
        return self._by_email.get(email.lower())

    def add_registrant(self, registrant: Registrant) -> None:
        """Put a new registrant at the end."""
        self.registrants[registrant.id] = registrant
        self._by_email[registrant.email.lower()] = registrant

    def remove_registrant(self, registrant: Registrant) -> None:
        """Take a registrant out."""
        del self.registrants[registrant.id]
        del self._by_email[registrant.email.lower()]
