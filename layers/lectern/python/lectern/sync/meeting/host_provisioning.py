"""Brings a host to where the event can be hosted, as far as the settings allow and Zoom lets it.

What comes next is a rule of the domain; here it is carried out. Each step can be repeated: a user
who was made is found the next time, and a licence that was given is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lectern.domain.errors import ZoomNotFound, ZoomRejected
from lectern.domain.hosting import HostFacts, HostState, HostStep, next_step, size_to_give
from lectern.domain.limits.plan_usage import PlanUsage
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.domain.passcode import PasscodeRule
from lectern.domain.problems import Problem
from lectern.domain.settings import HostRules
from lectern.domain.zoom_refusals import has_address_already, none_left, was_not_accepted
from lectern.store.zoom_cache import ZoomCache
from lectern.sync.reconciliation import EventFault, Reconciliation
from lectern.zoom.account import ZoomAccount
from lectern.zoom.users import LICENSED, ZoomUser

BELIEVED_FOR = timedelta(minutes=5)
"""How long it is believed that what is needed is there; what is missing is looked at anew."""

_RULE_COUNTS = timedelta(days=1)
"""How long an account's rule for passcodes counts; one that changed is learnt from a refusal."""

_MOST_STEPS = 8
"""Create, license, read, give, and what is not to be had: six at most."""

_PLAN = "PLAN"


class HeldWebinars(DomainModel):
    """How many people a host's webinars hold; 0 for none."""

    capacity: int


class HeldMeetings(DomainModel):
    """How many people a host's meetings hold."""

    capacity: int


class AbleHost(DomainModel):
    """A host who can host the event.

    Attributes:
        user_id: Zoom's id of the host.
        webinar_capacity: How many people the host's webinars hold; ``None`` for a meeting.
        problem: What a person should put right all the same.
    """

    user_id: str
    webinar_capacity: int | None
    problem: Problem | None = None


class _Case(DomainModel):
    """A host on the way; the address is that of a host who may have to be made."""

    email: str = ""
    user_id: str = ""
    facts: HostFacts
    kind: Kind
    people: int

    def now(self, **facts: object) -> _Case:
        """The same case with more known of the host."""
        return self.model_copy(update={"facts": self.facts.model_copy(update=facts)})


@dataclass(frozen=True)
class HostProvisioner:
    """Looks hosts of one Zoom account up, and gives them what they lack.

    Attributes:
        account: The Zoom account.
        connection: The connection's name.
        answers: What Zoom lately answered.
        rules: What may be done about a host who cannot host.
        now: The present moment.
        fresh: Whether what was answered before counts for nothing.
        only_looks: Whether nothing is made or given, only found out whether it could be.
    """

    account: ZoomAccount
    connection: str
    answers: ZoomCache
    rules: HostRules
    now: datetime
    fresh: bool = False
    only_looks: bool = False

    def foresee(self, email: str, kind: Kind, people: int) -> AbleHost:
        """The host, looked up alone, with what would stand in the way; nothing is changed.

        The id is empty where there is no host yet, or none who can host.
        """
        looking = replace(self, only_looks=True)
        try:
            return looking.host(email, kind, people)
        except EventFault as fault:
            return AbleHost(user_id="", webinar_capacity=0, problem=fault.problem)

    def host(self, email: str, kind: Kind, people: int) -> AbleHost:
        """The user with this address, able to host.

        Raises:
            EventFault: A person has to put something right first.
        """
        user_id, facts = self._look_up(email)
        return self._able(
            _Case(email=email, user_id=user_id, facts=facts, kind=kind, people=people)
        )

    def webinar_host(self, user_id: str, people: int) -> AbleHost:
        """The host of a webinar that exists, looked at again; what is wrong is its problem."""
        facts = HostFacts(state=HostState.LICENSED)
        case = _Case(user_id=user_id, facts=facts, kind=Kind.WEBINAR, people=people)
        try:
            return self._able(case)
        except EventFault as fault:
            return AbleHost(user_id=user_id, webinar_capacity=0, problem=fault.problem)

    def meeting_capacity(self, user_id: str) -> int:
        """How many people the host's meetings hold."""
        about = f"MEETINGS#{user_id}"
        known = self.answers.recent(self.connection, about, HeldMeetings, self.now)
        if known is None:
            known = HeldMeetings(capacity=self.account.users.meeting_capacity(user_id))
            self._keep(about, known)
        return known.capacity

    def known_passcode_rule(self, user_id: str) -> PasscodeRule | None:
        """The rule for passcodes of the host's sessions, if it was lately needed."""
        return self.answers.recent(self.connection, _passcodes_of(user_id), PasscodeRule, self.now)

    def passcode_rule(self, user_id: str) -> PasscodeRule | None:
        """The rule for passcodes of the host's sessions, asked for; ``None`` if Zoom tells none."""
        rule = self.account.users.passcode_rule(user_id)
        if rule:
            self._keep_rule(user_id, rule)
        return rule

    def rule_to_try(self, user_id: str) -> PasscodeRule:
        """The rule by which to choose a passcode after Zoom refused one that Lectern chose.

        Where Zoom tells none, nothing but digits is what an account may ask for that Lectern's own
        choice does not have.
        """
        rule = self.passcode_rule(user_id)
        if rule is None:
            rule = PasscodeRule(only_digits=True)
            self._keep_rule(user_id, rule)
        return rule

    def _keep_rule(self, user_id: str, rule: PasscodeRule) -> None:
        self.answers.keep(self.connection, _passcodes_of(user_id), rule, self.now + _RULE_COUNTS)

    def _able(self, case: _Case) -> AbleHost:
        take: dict[HostStep, Callable[[_Case], _Case]] = {
            HostStep.CREATE: lambda each: self._create(each, by_sso=False),
            HostStep.CREATE_SSO: lambda each: self._create(each, by_sso=True),
            HostStep.LICENSE: self._license,
            HostStep.READ_WEBINARS: self._read_webinars,
            HostStep.GIVE_WEBINARS: self._give_webinars,
        }
        for _ in range(_MOST_STEPS):
            plan = next_step(case.facts, case.kind, self.rules, case.people)
            if plan.step is HostStep.STOP and plan.problem:
                raise EventFault(plan.problem)
            if plan.step is HostStep.HOST:
                break
            case = take[plan.step](case)
        capacity = case.facts.webinar_capacity
        return AbleHost(user_id=case.user_id, webinar_capacity=capacity, problem=plan.problem)

    def _look_up(self, email: str) -> tuple[str, HostFacts]:
        """Zoom's id of the user with this address, and what is known of the user."""
        try:
            user = self.account.users.find(email)
        except ZoomNotFound:
            return "", HostFacts(state=HostState.MISSING)
        except ZoomRejected as error:
            if not was_not_accepted(error):
                raise
            return "", HostFacts(state=HostState.EXPIRED)
        return user.id, HostFacts(state=_state(user))

    def _create(self, case: _Case, *, by_sso: bool) -> _Case:
        if self.only_looks:
            # Who is made, and has accepted, has no licence of any kind yet.
            return case.now(state=HostState.BASIC, webinar_capacity=0)
        try:
            user = self.account.users.create(case.email, by_sso=by_sso)
        except ZoomRejected as error:
            if not has_address_already(error):
                raise
            # Another execution was first, unless the user is another account's.
            user_id, facts = self._look_up(case.email)
            foreign = facts.model_copy(update={"foreign": not user_id})
            return case.model_copy(update={"user_id": user_id, "facts": foreign})
        state = _state(user) if by_sso else HostState.INVITED
        made = case.model_copy(update={"user_id": user.id})
        return made.now(state=state)

    def _license(self, case: _Case) -> _Case:
        plan = self._plan_usage(lambda usage: bool(usage.free_hosts))
        if not plan.free_hosts:
            return case.now(none_free=True)
        if self._is_given(lambda: self.account.users.license(case.user_id)):
            return case.now(state=HostState.LICENSED)
        return case.now(none_free=True)

    def _read_webinars(self, case: _Case) -> _Case:
        known = None if self.fresh else self._held(case.user_id)
        if known is None or known.capacity < max(case.people, 1):
            known = HeldWebinars(capacity=self.account.users.webinar_capacity(case.user_id))
            self._keep(_webinars_of(case.user_id), known)
        return case.now(webinar_capacity=known.capacity)

    def _give_webinars(self, case: _Case) -> _Case:
        people, has = case.people, case.facts.webinar_capacity or 0
        plan = self._plan_usage(
            lambda usage: size_to_give(usage.free_webinars, people, above=has) is not None
        )
        size = size_to_give(plan.free_webinars, people, above=has)
        if size is None:
            return case.now(none_free=True)
        if not self._is_given(lambda: self.account.users.give_webinars(case.user_id, size)):
            return case.now(none_free=True)
        if not self.only_looks:
            self._keep(_webinars_of(case.user_id), HeldWebinars(capacity=size))
        # A larger one is not to be had, if this one is still too small.
        return case.now(webinar_capacity=size, none_free=True)

    def _is_given(self, give: Callable[[], None]) -> bool:
        """Whether Zoom gives a licence; it has the last word on what is left."""
        if self.only_looks:
            return True
        try:
            give()
        except ZoomRejected as error:
            if not none_left(error):
                raise
            return False
        return True

    def _held(self, user_id: str) -> HeldWebinars | None:
        return self.answers.recent(self.connection, _webinars_of(user_id), HeldWebinars, self.now)

    def _plan_usage(self, is_enough: Callable[[PlanUsage], bool]) -> PlanUsage:
        """The account's plan usage: as it was lately, if that is enough."""
        known = self.answers.recent(self.connection, _PLAN, PlanUsage, self.now)
        if known is None or not is_enough(known):
            known = self.account.plan_usage()
            self._keep(_PLAN, known)
        return known

    def _keep(self, about: str, answer: DomainModel) -> None:
        self.answers.keep(self.connection, about, answer, self.now + BELIEVED_FOR)


def provisioner_of(work: Reconciliation, connection: str) -> HostProvisioner:
    """The desk that looks the hosts of an event in a Zoom account up."""
    return HostProvisioner(
        account=work.zoom(connection),
        connection=connection,
        answers=work.dependencies.answers,
        rules=work.settings.hosts,
        now=work.now(),
        fresh=work.event.sync.verify,
    )


def _passcodes_of(user_id: str) -> str:
    return f"PASSCODES#{user_id}"


def _webinars_of(user_id: str) -> str:
    return f"WEBINARS#{user_id}"


def _state(user: ZoomUser) -> HostState:
    if user.status == "pending":
        return HostState.INVITED
    if user.status != "active":
        return HostState.INACTIVE
    return HostState.LICENSED if user.licence == LICENSED else HostState.BASIC
