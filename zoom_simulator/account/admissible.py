"""Who may be registered: what Zoom, the account and its registration form ask of people."""

from __future__ import annotations

from collections.abc import Sequence

from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import RegistrantStatus, Session
from zoom_simulator.account.policy import Policy
from zoom_simulator.account.users import webinar_capacity
from zoom_simulator.bodies.fields import AddRegistrant, NewRegistrant
from zoom_simulator.errors import (
    FieldError,
    domains_blocked,
    full_in_older_words,
    host_cannot_register,
    no_zoom_account,
    validation_failed,
)
from zoom_simulator.operations import Kind
from zoom_simulator.refusals import Deed, panelist_as_registrant
from zoom_simulator.world import World


def require_admissible(
    world: World, session: Session, people: Sequence[NewRegistrant], deed: Deed
) -> None:
    """Check that all of some people can be registered.

    Raises:
        ZoomError: if one of them, or the session, cannot be registered.
    """
    refusals = RULES[session.kind].refusals
    if session.is_over(world.now()):
        raise refusals.over(deed)
    host = world.users[session.host_id]
    emails = {person.email.lower() for person in people}
    if host.email.lower() in emails:
        raise host_cannot_register()
    if emails & session.alternative_hosts:
        raise refusals.alternative_host_as_registrant()
    if emails & session.panelists.keys():
        raise panelist_as_registrant()
    if blocked := world.blocked_domains_of(sorted(emails), host):
        raise domains_blocked(blocked)
    policy = world.policy_of(host)
    if any(policy.is_private(email) for email in emails):
        raise refusals.no_work_address()
    if not all(_may_sign_in(world, session, policy, email) for email in emails):
        raise no_zoom_account()
    if missing := _missing_answers(policy, people, deed):
        raise validation_failed(missing)
    new = [email for email in emails if session.registrant_with_email(email) is None]
    require_room(world, session, len(new), deed)


def require_room(world: World, session: Session, more: int, deed: Deed) -> None:
    """Check that a session holds more people.

    Raises:
        ZoomError: 400, in the code of the deed; by policy 404/3043.
    """
    denied = sum(each.status is RegistrantStatus.DENIED for each in session.registrants.values())
    taken = len(session.registrants) - denied
    if not more or taken + more <= capacity(world, session):
        return
    if world.policy_of(world.users[session.host_id]).full_is_not_found:
        raise full_in_older_words(session.kind)
    raise RULES[session.kind].refusals.full(deed)


def capacity(world: World, session: Session) -> int:
    """How many registrants a session takes."""
    if session.kind is Kind.MEETING:
        return world.seed.registrant_capacity
    licensed = webinar_capacity(world, world.users[session.host_id])
    restricted: int = session.settings["registrants_restrict_number"]
    return min(licensed, restricted) if restricted else licensed


def _may_sign_in(world: World, session: Session, policy: Policy, email: str) -> bool:
    """Whether a person can sign in to Zoom where that is required, or is excepted from it."""
    if not session.settings["meeting_authentication"] or policy.has_zoom_account(email):
        return True
    excepted = session.settings.get("authentication_exception", [])
    return world.has_zoom_account(email) or email in {each["email"].lower() for each in excepted}


def _missing_answers(
    policy: Policy, people: Sequence[NewRegistrant], deed: Deed
) -> list[FieldError]:
    """What the registration form must have and some of the people have not: names and words.

    The fields and words are not documented, but for the name of the field ``custom_questions``.
    """
    missing = []
    for index, person in enumerate(people):
        if policy.last_name_required and not person.last_name:
            name = f"registrants[{index}].last_name" if deed is Deed.ADD_BATCH else "last_name"
            missing.append(FieldError(name, "Last name is required."))
    asked = policy.required_questions
    answered = [set(asked) & _answered(person) for person in people]
    open_questions = [each for each in asked if any(each not in known for known in answered)]
    fields = [each for each in open_questions if each in STANDARD_QUESTIONS]
    missing += [FieldError(name, f"{name} is required.") for name in fields]
    if own := [each for each in open_questions if each not in STANDARD_QUESTIONS]:
        words = f"The required questions have not been answered: {'; '.join(own)}."
        missing.append(FieldError("custom_questions", words))
    return missing


STANDARD_QUESTIONS = frozenset(AddRegistrant.model_fields) - {
    *NewRegistrant.model_fields,
    "auto_approve",
    "custom_questions",
    "language",
}
"""Zoom's own fields of the registration form beside the names and the address."""


def _answered(person: NewRegistrant) -> set[str]:
    """The fields and questions that a person has answered; a batch takes no answers at all."""
    if not isinstance(person, AddRegistrant):
        return set()
    fields = {name for name in STANDARD_QUESTIONS if getattr(person, name)}
    return fields | {answer.title for answer in person.custom_questions if answer.value}
