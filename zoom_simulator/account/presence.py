"""Who was in a meeting or webinar, and when: its instances, and the stays of people in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from zoom_simulator.operations import Kind


class Role(StrEnum):
    """As what someone comes in."""

    HOST = "host"
    ALTERNATIVE_HOST = "alternative_host"
    PANELIST = "panelist"
    REGISTRANT = "registrant"
    INVITED = "invited"
    GUEST = "guest"


@dataclass(frozen=True)
class Visitor:
    """Someone who comes in.

    Attributes:
        email: The person's address; whether Zoom shows it is another question.
        account_user_id: The id of a user of the account who is signed in; else empty.
        registrant_id: Of whoever comes by a registrant's link; else empty.
    """

    role: Role
    name: str
    email: str = ""
    account_user_id: str = ""
    registrant_id: str = ""

    @property
    def person(self) -> str:
        """What tells one person from another, over all devices and returns."""
        return self.registrant_id or self.account_user_id or self.email.lower() or self.name

    def shown_email(self, *, registrants: bool) -> str:
        """The address where Zoom shows it: of its own users, and of registrants if wanted so."""
        shown = self.account_user_id or (registrants and self.registrant_id)
        return self.email if shown else ""


@dataclass
class Stay:
    """A person with one device, from coming to going; whoever comes back has another stay.

    Attributes:
        user_id: Zoom's number of the stay, good within its instance only.
        device: What a test calls the device.
        waiting: Whether it is a stay in the waiting room.
        left_at: ``None`` while it lasts.
    """

    visitor: Visitor
    user_id: str
    uuid: str
    device: str
    joined_at: datetime
    waiting: bool = False
    left_at: datetime | None = None


@dataclass
class Instance:
    """One time that a session was held; the session may be gone meanwhile.

    Attributes:
        duration: As it was scheduled, in minutes.
        ended_at: ``None`` while it lasts.
        stays: In the order of coming.
        removed: The people whom the host put out; they cannot come back to it.
    """

    uuid: str
    session_id: int
    kind: Kind
    type: int
    topic: str
    duration: int
    timezone: str
    host_id: str
    host_email: str
    host_name: str
    started_at: datetime
    ended_at: datetime | None = None
    stays: list[Stay] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)

    @property
    def present(self) -> list[Stay]:
        """The stays that last."""
        return [stay for stay in self.stays if stay.left_at is None]

    @property
    def people(self) -> int:
        """How many people were there."""
        return len({stay.visitor.person for stay in self.stays if not stay.waiting})
