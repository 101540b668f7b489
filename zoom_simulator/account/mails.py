"""The e-mails that Zoom would send by itself, by the switches of sessions and calls: none is sent.

Reminders and follow-ups, which go by time, are not among them.
"""

from __future__ import annotations

from collections.abc import Iterable

from zoom_simulator.account.model import Mail, Panelist, Registrant, RegistrantStatus, Session, User
from zoom_simulator.operations import Kind
from zoom_simulator.world import World

_VERBS = {"approve": "approved", "deny": "denied", "cancel": "cancelled"}


def registered(
    world: World, session: Session, registrant: Registrant, *, confirms: bool = True
) -> None:
    """Someone was registered; who is approved has a confirmation.

    Args:
        world: The account.
        session: For what.
        registrant: Who.
        confirms: Whether the call wants confirmations.
    """
    approved = registrant.status is RegistrantStatus.APPROVED
    if approved and confirms and session.settings["registrants_confirmation_email"]:
        _to_registrant(world, session, registrant, "registration_confirmation")


def registration_changed(
    world: World, session: Session, registrant: Registrant, action: str
) -> None:
    """A registration was approved, denied or cancelled (``approve``, ``deny``, ``cancel``)."""
    _to_registrant(world, session, registrant, f"registration_{_VERBS[action]}")


def panelist_added(world: World, webinar: Session, panelist: Panelist) -> None:
    """Someone was made a panelist."""
    if webinar.settings["panelists_invitation_email_notification"]:
        _send(world, "panelist_invitation", panelist.email, webinar)


def alternative_hosts_named(world: World, session: Session, before: Iterable[str]) -> None:
    """The alternative hosts were others before; webinars have no switch for them, and no e-mail."""
    settings = session.settings
    switches = ("email_notification", "alternative_hosts_email_notification")
    if session.kind is Kind.MEETING and all(settings[name] for name in switches):
        for email in sorted(session.alternative_hosts.difference(before)):
            _send(world, "alternative_host", email, session)


def updated(world: World, session: Session) -> None:
    """A webinar was changed, and its registrants are to be told."""
    for registrant in _approved(session):
        _send(world, "webinar_updated", registrant.email, session)


def cancelled(world: World, session: Session, *, hosts: bool, people: bool) -> None:
    """A session was deleted.

    Args:
        world: The account.
        session: Which.
        hosts: Whether the host and the alternative hosts are told.
        people: Whether registrants and panelists are told.
    """
    told = [world.users[session.host_id].email, *sorted(session.alternative_hosts)] if hosts else []
    if people:
        told += [registrant.email for registrant in _approved(session)]
        told += [panelist.email for panelist in session.panelists.values()]
    for email in told:
        _send(world, "cancellation", email, session)


def invited(world: World, user: User) -> None:
    """Someone was invited to the account."""
    _send(world, "account_invitation", user.email, None)


def _to_registrant(world: World, session: Session, registrant: Registrant, kind: str) -> None:
    if session.settings["registrants_email_notification"]:
        _send(world, kind, registrant.email, session)


def _approved(session: Session) -> list[Registrant]:
    everyone = session.registrants.values()
    return [each for each in everyone if each.status is RegistrantStatus.APPROVED]


def _send(world: World, kind: str, to: str, session: Session | None) -> None:
    world.mails.append(Mail(world.now(), kind, to, session.id if session else None))
