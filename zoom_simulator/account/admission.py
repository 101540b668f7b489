"""Who is let in: by a link, or, in a test's words, as who an address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from zoom_simulator.account.model import Approval, Registrant, RegistrantStatus, Session
from zoom_simulator.account.presence import Role, Visitor
from zoom_simulator.errors import bad_request
from zoom_simulator.world import World


def let_in(world: World, session: Session, query: Mapping[str, str]) -> dict[str, Any] | None:
    """Whom a link with this query lets in; ``None`` is nobody.

    That is the host, one person, whoever is signed in as a host (``signed_in_as``), or anyone.
    """
    if "zak" in query:
        return _host(world, session, query["zak"])
    if query.get("tk"):
        return _holder(world, session, query["tk"])
    signed_in_as = query.get("signed_in_as", "")
    if (role := host_role(world, session, signed_in_as)) is not None:
        return {"role": role, "email": signed_in_as}
    open_to_all = session.approval is Approval.NO_REGISTRATION
    if open_to_all and query.get("pwd") == session.link_password:
        return {"role": Role.GUEST}
    return None


def host_role(world: World, session: Session, email: str) -> Role | None:
    """As which host someone signed in to Zoom comes, if any; a host's assistants are hosts too."""
    user = world.find_user_with_email(email)
    if user is None or user.status != "active":
        return None
    if user.id == session.host_id:
        return Role.HOST
    assists = user.id in world.users[session.host_id].assistants
    stands_in = assists or user.email.lower() in session.alternative_hosts
    return Role.ALTERNATIVE_HOST if stands_in else None


def by_link(world: World, session: Session, link: str, name: str = "") -> Visitor:
    """Who comes by a link.

    Raises:
        ZoomError: 400/3000, if it lets nobody in.
    """
    person = let_in(world, session, dict(parse_qsl(link.partition("?")[2])))
    if person is None:
        raise bad_request(3000, "This link lets nobody in.")
    names = (person.get("first_name"), person.get("last_name"))
    visitor = Visitor(
        role=Role(person["role"]),
        name=person.get("name") or " ".join(filter(None, names)) or name,
        email=person.get("email", ""),
        registrant_id=person.get("registrant_id", ""),
    )
    hosts = {Role.HOST, Role.ALTERNATIVE_HOST}
    return signed_in(world, visitor) if visitor.role in hosts else visitor


def by_email(world: World, session: Session, email: str, name: str = "") -> Visitor:
    """Who someone with an address is to a session; a stranger is a guest.

    Raises:
        ZoomError: 400/3000 for a registrant who is not approved.
    """
    if (role := host_role(world, session, email)) is not None:
        return signed_in(world, Visitor(role, name, email))
    if (panelist := session.panelists.get(email.lower())) is not None:
        return Visitor(Role.PANELIST, panelist.name, panelist.email)
    registrant = session.registrant_with_email(email)
    if registrant is None:
        return Visitor(Role.GUEST, name or email.partition("@")[0], email)
    if registrant.status is not RegistrantStatus.APPROVED:
        raise bad_request(3000, f"The registrant is {registrant.status}.")
    return Visitor(Role.REGISTRANT, registrant.name, registrant.email, "", registrant.id)


def signed_in(world: World, visitor: Visitor) -> Visitor:
    """The visitor as the user of the account that has the address, if there is one."""
    user = world.find_user(visitor.email)
    if user is None:
        return visitor
    return replace(visitor, account_user_id=user.id, name=visitor.name or user.name)


def _holder(world: World, session: Session, key: str) -> dict[str, Any] | None:
    """Who has a personal link with this key, if it still works."""
    for registrant in session.registrants.values():
        if registrant.link_key == key:
            approved = registrant.status is RegistrantStatus.APPROVED
            removed = session.instance is not None and registrant.id in session.instance.removed
            return _as_registrant(registrant) if approved and not removed else None
    for panelist in session.panelists.values():
        if panelist.link_key == key:
            person = {"panelist_id": panelist.id, "email": panelist.email, "name": panelist.name}
            return {"role": Role.PANELIST, **person}
    link = session.invite_links.get(key)
    if link is None or not link.works(world.now()):
        return None
    return {"role": Role.INVITED, "name": link.name}


def _as_registrant(registrant: Registrant) -> dict[str, Any]:
    return {
        "role": Role.REGISTRANT,
        "registrant_id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
    }


def _host(world: World, session: Session, key: str) -> dict[str, Any] | None:
    ends_at = session.start_keys.get(key)
    if ends_at is None or ends_at <= world.now():
        return None
    return {"role": Role.HOST, "email": world.users[session.host_id].email}
