"""Whether an event's host can host it, and what to do about it: a pure rule over what is known.

``next_step`` is asked again after each step, with what is known by then. It ends with the host, or
with what a person has to put right. Nothing is ever taken from a Zoom user.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.domain.problems import EventProblem, Problem, event_problem
from lectern.domain.settings import HostRules, Licence, MissingHost


class HostState(StrEnum):
    """Where a host stands in the Zoom account."""

    MISSING = "missing"
    EXPIRED = "expired"
    INVITED = "invited"
    INACTIVE = "inactive"
    BASIC = "basic"
    LICENSED = "licensed"


class HostFacts(DomainModel):
    """The known facts about a host.

    Attributes:
        state: Where the host stands.
        webinar_capacity: How many people the host's webinars hold; 0 for no webinars, ``None``
            where that was not looked at.
        foreign: Whether Zoom has the address in another account.
        none_free: Whether what the host lacks was not to be had from the account's plan.
    """

    state: HostState
    webinar_capacity: int | None = None
    foreign: bool = False
    none_free: bool = False


class HostStep(StrEnum):
    """A step on the way to a host."""

    CREATE = "create"
    CREATE_SSO = "create_sso"
    LICENSE = "license"
    READ_WEBINARS = "read_webinars"
    GIVE_WEBINARS = "give_webinars"
    HOST = "host"
    STOP = "stop"


class HostPlan(DomainModel):
    """The next step, and a problem for people to put right; with ``HOST``, the event goes on."""

    step: HostStep
    problem: Problem | None = None


def next_step(host: HostFacts, kind: Kind, rules: HostRules, people: int) -> HostPlan:
    """Chooses the next step on the way to a host who can host the event.

    Args:
        host: What is known of the host.
        kind: What is to be hosted.
        rules: What may be done about a host who cannot.
        people: How many are to take part.
    """
    if host.state in {HostState.MISSING, HostState.EXPIRED}:
        return _of_missing(host, rules)
    if host.state in {HostState.INVITED, HostState.INACTIVE}:
        return _stop(_NOT_ACTIVE[host.state])
    assigns = rules.licence is Licence.ASSIGN
    if host.state is HostState.BASIC:
        if assigns and not host.none_free:
            return HostPlan(step=HostStep.LICENSE)
        return _stop(_NO_LICENCE_FREE if assigns else _NOT_LICENSED)
    if kind is Kind.MEETING:
        return HostPlan(step=HostStep.HOST)
    return _of_webinar_host(host, people, assigns=assigns)


def size_to_give(free: Mapping[int, int], people: int, *, above: int) -> int | None:
    """The webinar licence to give: the smallest that holds everyone, else the largest there is.

    Args:
        free: How many licences are free, by how many people they hold.
        people: How many are to take part.
        above: What the host has already.
    """
    larger = sorted(size for size, count in free.items() if count > 0 and size > above)
    enough = [size for size in larger if size >= people]
    return next(iter(enough or reversed(larger)), None)


def waits_for_host(problem: Problem) -> bool:
    """Whether it is the host's own turn: to accept the invitation that Zoom sent."""
    return problem == _NOT_ACTIVE[HostState.INVITED]


def _of_missing(host: HostFacts, rules: HostRules) -> HostPlan:
    if host.foreign:
        return _stop(_FOREIGN)
    if rules.missing_host is MissingHost.CREATE:
        return HostPlan(step=HostStep.CREATE)
    if rules.missing_host is MissingHost.CREATE_SSO:
        return HostPlan(step=HostStep.CREATE_SSO)
    return _stop(_NOT_ACTIVE[host.state])


def _of_webinar_host(host: HostFacts, people: int, *, assigns: bool) -> HostPlan:
    capacity = host.webinar_capacity
    if capacity is None:
        return HostPlan(step=HostStep.READ_WEBINARS)
    if capacity >= max(people, 1):
        return HostPlan(step=HostStep.HOST)
    if assigns and not host.none_free:
        return HostPlan(step=HostStep.GIVE_WEBINARS)
    if not capacity:
        return _stop(_NO_WEBINARS_FREE if assigns else _NO_WEBINARS)
    return HostPlan(step=HostStep.HOST, problem=_too_small(capacity))


def _too_small(capacity: int) -> Problem:
    """The problem of a webinar that does not hold everyone: as many as it holds are in it."""
    return event_problem(EventProblem.CAPACITY_REACHED, f"They hold {capacity:,}.")


def _stop(problem: Problem) -> HostPlan:
    return HostPlan(step=HostStep.STOP, problem=problem)


_BY_ITSELF = "The event is then taken up by itself."
_ANOTHER = "or choose another host."

_NOT_ACTIVE = {
    HostState.MISSING: Problem(
        code=EventProblem.HOST_NOT_IN_ZOOM,
        message="The host has no user in the Zoom account.",
        remedy=(
            "Add the host to the Zoom account under the address that the LMS uses, "
            f"{_ANOTHER} {_BY_ITSELF}"
        ),
    ),
    HostState.EXPIRED: Problem(
        code=EventProblem.HOST_NOT_IN_ZOOM,
        message="The host did not accept Zoom's invitation to the account in time.",
        remedy=f"Invite the host again in Zoom's user management, {_ANOTHER} {_BY_ITSELF}",
    ),
    HostState.INVITED: Problem(
        code=EventProblem.HOST_NOT_IN_ZOOM,
        message="The host has not accepted Zoom's invitation to the account yet.",
        remedy=(
            f"Let the host accept the invitation that Zoom sent by e-mail, {_ANOTHER} {_BY_ITSELF}"
        ),
    ),
    HostState.INACTIVE: Problem(
        code=EventProblem.HOST_NOT_IN_ZOOM,
        message="The host's Zoom user is deactivated.",
        remedy=f"Activate the user in Zoom's user management, {_ANOTHER} {_BY_ITSELF}",
    ),
}
_FOREIGN = Problem(
    code=EventProblem.HOST_NOT_IN_ZOOM,
    message="The host's address belongs to a user of another Zoom account.",
    remedy=f"Let the host join the Zoom account from there, {_ANOTHER} {_BY_ITSELF}",
)
_NOT_LICENSED = Problem(
    code=EventProblem.HOST_NOT_LICENSED,
    message="The host's Zoom user has no licence, which registration needs.",
    remedy=f"Give the host a Zoom licence, {_ANOTHER} {_BY_ITSELF}",
)
_NO_LICENCE_FREE = Problem(
    code=EventProblem.HOST_NOT_LICENSED,
    message="The host's Zoom user has no licence, and the Zoom plan has none left to give.",
    remedy=f"Free or buy a Zoom licence, {_ANOTHER} {_BY_ITSELF}",
)
_NO_WEBINARS = Problem(
    code=EventProblem.WEBINAR_NOT_LICENSED,
    message="The host's Zoom user has no Zoom Webinars licence.",
    remedy=(
        "Give the host a Zoom Webinars licence, choose another host, or make the event a meeting. "
        f"{_BY_ITSELF}"
    ),
)
_NO_WEBINARS_FREE = Problem(
    code=EventProblem.WEBINAR_NOT_LICENSED,
    message="The host has no Zoom Webinars licence, and the Zoom plan has none left to give.",
    remedy=(
        "Free or buy a Zoom Webinars licence, choose another host, or make the event a meeting. "
        f"{_BY_ITSELF}"
    ),
)
