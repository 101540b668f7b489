"""The links that Zoom gives out; `zoom_simulator.links` says where they lead."""

from __future__ import annotations

from zoom_simulator.account.model import InviteLink, Panelist, Registrant, Session
from zoom_simulator.operations import Kind
from zoom_simulator.world import World

_DOORS = {Kind.MEETING: "j", Kind.WEBINAR: "w"}


def join_url(world: World, to: Session) -> str:
    """The link for everyone; with registration on it lets nobody in."""
    host = world.users[to.host_id]
    room = host.pmi if to.settings.get("use_pmi") else to.id
    return f"{world.base_url}/{_DOORS[to.kind]}/{room}?pwd={to.link_password}"


def personal_join_url(world: World, to: Session, of: Registrant | Panelist) -> str:
    """The link of one registrant or panelist."""
    return f"{_room(world, to)}?tk={of.link_key}&pwd={to.link_password}"


def invite_url(world: World, to: Session, link: InviteLink) -> str:
    """The link of one invited person."""
    return f"{_room(world, to)}?tk={link.key}"


def registration_url(world: World, of: Session) -> str:
    """The page where people register themselves."""
    return f"{world.base_url}/{of.kind}/register/{of.registration_key}"


def _room(world: World, of: Session) -> str:
    return f"{world.base_url}/{_DOORS[of.kind]}/{of.id}"
