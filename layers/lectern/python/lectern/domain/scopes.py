"""The scopes of Zoom that Lectern needs, and what stops working without each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from lectern.domain.meeting import Kind
from lectern.domain.settings import InstructorsAs, Licence, MissingHost, Settings


class Feature(StrEnum):
    """What a scope belongs to."""

    ACCOUNT = "account"
    HOSTS = "hosts"
    NEW_HOSTS = "new_hosts"
    LICENCES = "licences"
    ASSISTANTS = "assistants"
    MEETINGS = "meetings"
    MEETING_REGISTRATION = "meeting_registration"
    MEETING_INVITE_LINKS = "meeting_invite_links"
    MEETING_ATTENDANCE = "meeting_attendance"
    WEBINARS = "webinars"
    WEBINAR_REGISTRATION = "webinar_registration"
    WEBINAR_INVITE_LINKS = "webinar_invite_links"
    WEBINAR_ATTENDANCE = "webinar_attendance"
    PANELISTS = "panelists"


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting that has to be on for a feature to be used.

    Attributes:
        is_on: Whether it is, by the settings.
        off: The sentence that says it is not.
    """

    is_on: Callable[[Settings], bool]
    off: str


_MEETINGS = Switch(lambda settings: settings.features.meetings, "Meetings are switched off.")
_WEBINARS = Switch(lambda settings: settings.features.webinars, "Webinars are switched off.")
_NEW_HOSTS = Switch(
    lambda settings: settings.hosts.missing_host is not MissingHost.FAIL,
    "Lectern is not set to create missing hosts (hosts.missing_host).",
)
_LICENCES = Switch(
    lambda settings: settings.hosts.licence is Licence.ASSIGN,
    "Lectern is not set to give hosts licences (hosts.licence).",
)
_ALTERNATIVE_HOSTS = Switch(
    lambda settings: settings.hosts.instructors_as is InstructorsAs.ALTERNATIVE_HOSTS,
    "Instructors are not set to be alternative hosts (hosts.instructors_as).",
)
_ASSISTANTS = Switch(
    lambda settings: settings.hosts.instructors_as is InstructorsAs.ASSISTANTS,
    "Instructors are not set to be assistants of the host (hosts.instructors_as).",
)

SWITCHES: Mapping[Feature, tuple[Switch, ...]] = MappingProxyType(
    {
        Feature.ACCOUNT: (),
        Feature.HOSTS: (),
        Feature.NEW_HOSTS: (_NEW_HOSTS,),
        Feature.LICENCES: (_LICENCES,),
        Feature.ASSISTANTS: (_MEETINGS, _ASSISTANTS),
        Feature.MEETINGS: (_MEETINGS,),
        Feature.MEETING_REGISTRATION: (_MEETINGS,),
        Feature.MEETING_INVITE_LINKS: (_MEETINGS, _ALTERNATIVE_HOSTS),
        Feature.MEETING_ATTENDANCE: (_MEETINGS,),
        Feature.WEBINARS: (_WEBINARS,),
        Feature.WEBINAR_REGISTRATION: (_WEBINARS,),
        Feature.WEBINAR_INVITE_LINKS: (_WEBINARS, _ALTERNATIVE_HOSTS),
        Feature.WEBINAR_ATTENDANCE: (_WEBINARS,),
        Feature.PANELISTS: (_WEBINARS,),
    }
)
"""What has to be on for each feature to be used."""

_OF_MEETINGS_ONLY = frozenset(
    {
        Feature.ASSISTANTS,
        Feature.MEETINGS,
        Feature.MEETING_REGISTRATION,
        Feature.MEETING_INVITE_LINKS,
        Feature.MEETING_ATTENDANCE,
    }
)
_OF_WEBINARS_ONLY = frozenset(
    {
        Feature.WEBINARS,
        Feature.WEBINAR_REGISTRATION,
        Feature.WEBINAR_INVITE_LINKS,
        Feature.WEBINAR_ATTENDANCE,
        Feature.PANELISTS,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope that the app of a customer is granted.

    Attributes:
        name: Zoom's name of it.
        feature: What it belongs to.
        without: What stops working without it.
        also: What has to be on beside the switches of its feature for it to be used.
    """

    name: str
    feature: Feature
    without: str
    also: tuple[Switch, ...] = ()

    def unused_because(self, settings: Settings) -> str | None:
        """The sentence that says why nothing uses the scope; ``None`` where something does."""
        switches = (*SWITCHES[self.feature], *self.also)
        return next((switch.off for switch in switches if not switch.is_on(settings)), None)

    def concerns(self, kind: Kind) -> bool:
        """Whether events of a kind may need it."""
        others = _OF_WEBINARS_ONLY if kind is Kind.MEETING else _OF_MEETINGS_ONLY
        return self.feature not in others

    def told_without(self, settings: Settings) -> str:
        """What stops working without it, with these settings."""
        unused = self.unused_because(settings)
        if unused is None:
            return self.without
        return f"Nothing as it is set: {unused} Otherwise: {self.without}"


def _of_sessions(kind: Kind) -> tuple[Scope, ...]:
    """The scopes that Zoom names alike for meetings and for webinars."""
    k = kind.value
    session, registration = Feature(f"{k}s"), Feature(f"{k}_registration")
    attendance, invite_links = Feature(f"{k}_attendance"), Feature(f"{k}_invite_links")
    rows = (
        (f"write:{k}", session, f"No {k} is made for a new event."),
        (
            f"read:{k}",
            session,
            f"A {k} is not read back: no new one is opened to people, changes made in Zoom are "
            f"not seen, hosts get no start link, and Zoom does not tell when a {k} starts, ends "
            "or is changed.",
        ),
        (
            f"read:list_{k}s",
            session,
            f"Where Zoom's answer to the creation of a {k} is lost, the {k} that was made is not "
            "found again, so the event waits.",
        ),
        (f"update:{k}", session, f"Changes of an event do not reach its {k}."),
        (
            f"delete:{k}",
            session,
            f"The {k} of an event that is cancelled, or moved to another host, stays in Zoom.",
        ),
        (
            "update:status",
            session,
            f"A {k} that is live is not ended when its event is ended or cancelled, and one that "
            "was deleted in Zoom is not recovered: it is replaced.",
        ),
        (
            "write:registrant",
            registration,
            f"A person is not registered on the spot when they want to join a {k}, and one who "
            "comes late is not registered alone.",
        ),
        (
            "write:batch_registrants",
            registration,
            f"The people of a {k} are not registered many at a time.",
        ),
        (
            "read:list_registrants",
            registration,
            f"The registrants of a {k} are not compared with the enrollments: lost or late join "
            "links are not found again, and what was changed by hand is not seen.",
        ),
        (
            "read:registrant",
            registration,
            f"One person's registration in a {k} is not looked up at Zoom, and Zoom does not tell "
            "when one is made, approved, denied or cancelled.",
        ),
        (
            "update:registrant_status",
            registration,
            f"People who are removed, or lose access, keep their place in a {k}: registrations "
            "are neither approved, denied nor cancelled.",
        ),
        (
            "delete:registrant",
            registration,
            f"A person's registration in a {k} is not deleted, so the person's data stay in Zoom.",
        ),
        (
            "write:invite_links",
            invite_links,
            f"Alternative hosts get no personal link into a {k}.",
        ),
        (
            "read:participant",
            attendance,
            f"Zoom does not tell who joins and leaves a {k}: there is no attendance while it runs.",
        ),
    )
    report = (
        f"report:read:list_{k}_participants:admin",
        attendance,
        f"Who attended a {k}, and for how long, is not read from Zoom's report.",
    )
    return (
        *(Scope(f"{k}:{name}:admin", feature, without) for name, feature, without in rows),
        Scope(*report),
    )


SCOPES: tuple[Scope, ...] = (
    Scope(
        "billing:read:plan_usage:admin",
        Feature.ACCOUNT,
        "Whether the account has webinars, and how many licences are left, is not known; calls "
        "are kept to the lower limits of a Pro plan.",
    ),
    Scope(
        "user:read:user:admin",
        Feature.HOSTS,
        "Hosts are not found in the Zoom account, so no meeting or webinar is made, and no "
        "instructor becomes an alternative host or assistant.",
    ),
    Scope(
        "user:read:settings:admin",
        Feature.HOSTS,
        "How many people a host's sessions hold, whether the host has a webinar licence, and what "
        "passcodes have to be like is not known before Zoom refuses something.",
    ),
    Scope(
        "user:write:user:admin",
        Feature.NEW_HOSTS,
        "A host who is missing in the Zoom account is not created there.",
    ),
    Scope(
        "user:read:email:admin",
        Feature.NEW_HOSTS,
        "Whether the address of a missing host is known to Zoom, in this account or another, "
        "cannot be looked up.",
    ),
    Scope("user:update:user:admin", Feature.LICENCES, "Hosts are not given a licence."),
    Scope(
        "user:update:settings:admin",
        Feature.LICENCES,
        "Hosts are not given a webinar licence.",
        (_WEBINARS,),
    ),
    Scope(
        "user:read:list_assistants:admin",
        Feature.ASSISTANTS,
        "Who is an assistant of a host is not known, so instructors are not made assistants.",
    ),
    Scope(
        "user:write:assistant:admin",
        Feature.ASSISTANTS,
        "Instructors are not made assistants of the host, and join as participants.",
    ),
    Scope(
        "user:delete:assistant:admin",
        Feature.ASSISTANTS,
        "Somebody who is no longer an instructor stays an assistant of the host.",
    ),
    *_of_sessions(Kind.MEETING),
    Scope(
        "meeting:read:past_meeting:admin",
        Feature.MEETING_ATTENDANCE,
        "When a meeting really began and ended is not looked up, so its attendance may miss a run.",
    ),
    *_of_sessions(Kind.WEBINAR),
    Scope(
        "webinar:read:list_past_participants:admin",
        Feature.WEBINAR_ATTENDANCE,
        "The attendance of a webinar whose report is empty is not read from the list of its past "
        "participants.",
    ),
    Scope(
        "webinar:read:list_panelists:admin",
        Feature.PANELISTS,
        "The panelists of a webinar are not read: instructors get no panelist's link, and changes "
        "made by hand are not seen.",
    ),
    Scope(
        "webinar:write:panelist:admin",
        Feature.PANELISTS,
        "Instructors of webinars do not become panelists.",
    ),
    Scope(
        "webinar:delete:panelist:admin",
        Feature.PANELISTS,
        "Somebody who is no longer an instructor of a webinar stays a panelist.",
    ),
)
"""All that is needed, and nothing else: what needs another scope is not called."""

BY_NAME: Mapping[str, Scope] = MappingProxyType({scope.name: scope for scope in SCOPES})
