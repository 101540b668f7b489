"""What happens to the panelists of webinars, whoever does it: the API, or a host by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from zoom_simulator.account import mails
from zoom_simulator.account.model import Panelist, Session
from zoom_simulator.bodies.fields import NewPanelist
from zoom_simulator.errors import domains_blocked
from zoom_simulator.refusals import no_such_panelist, too_many_panelists
from zoom_simulator.world import World, new_id


def add(world: World, webinar: Session, people: Sequence[NewPanelist]) -> None:
    """Make people panelists: all of them, or none.

    Who is one already keeps the id, and gets a new link; the former one stops working.

    Raises:
        ZoomError: 400/3000, if the webinar does not take so many, or an address is blocked.
    """
    emails = {person.email.lower() for person in people}
    if blocked := world.blocked_domains_of(sorted(emails), world.users[webinar.host_id]):
        raise domains_blocked(blocked)
    if len(webinar.panelists.keys() | emails) > world.seed.panelist_capacity:
        raise too_many_panelists()
    for person in people:
        mails.panelist_added(world, webinar, _add_one(webinar, person))


def remove(webinar: Session, reference: str) -> None:
    """Take the panelist with an id or an address away; the link stops working.

    Raises:
        ZoomError: 400/300, if there is none.
    """
    wanted = reference.lower()
    found = next(
        (key for key, each in webinar.panelists.items() if wanted == key or reference == each.id),
        None,
    )
    if found is None:
        raise no_such_panelist()
    del webinar.panelists[found]


def _add_one(webinar: Session, person: NewPanelist) -> Panelist:
    key = person.email.lower()
    existing = webinar.panelists.get(key)
    panelist = Panelist(
        id=existing.id if existing else new_id(),
        email=person.email,
        name=person.name,
        link_key=secrets.token_urlsafe(32),
        tag=person.tag(),
    )
    webinar.panelists[key] = panelist
    return panelist
