"""Every state of a host, with every kind of event and every rule, has one outcome."""

from __future__ import annotations

from itertools import product

import pytest

from lectern.domain.hosting import HostFacts, HostPlan, HostState, HostStep, next_step, size_to_give
from lectern.domain.meeting import Kind
from lectern.domain.problems import EventProblem
from lectern.domain.settings import HostRules, Licence, MissingHost

PEOPLE = 300

HOSTS = {
    "missing": HostFacts(state=HostState.MISSING),
    "missing, in another account": HostFacts(state=HostState.MISSING, foreign=True),
    "invitation expired": HostFacts(state=HostState.EXPIRED),
    "pending": HostFacts(state=HostState.INVITED),
    "inactive": HostFacts(state=HostState.INACTIVE),
    "basic": HostFacts(state=HostState.BASIC),
    "basic, none free": HostFacts(state=HostState.BASIC, none_free=True),
    "licensed": HostFacts(state=HostState.LICENSED),
    "no webinars": HostFacts(state=HostState.LICENSED, webinar_capacity=0),
    "no webinars, none free": HostFacts(
        state=HostState.LICENSED, webinar_capacity=0, none_free=True
    ),
    "webinars": HostFacts(state=HostState.LICENSED, webinar_capacity=500),
    "webinars too small": HostFacts(state=HostState.LICENSED, webinar_capacity=100),
    "webinars too small, none free": HostFacts(
        state=HostState.LICENSED, webinar_capacity=100, none_free=True
    ),
}

# Host: what comes for a meeting and for a webinar, by licence rule; the rule on missing hosts
# counts for the missing alone.
OUTCOMES = {
    ("pending", "any", "any"): "stop host_not_in_zoom",
    ("inactive", "any", "any"): "stop host_not_in_zoom",
    ("basic", "any", "require"): "stop host_not_licensed",
    ("basic", "any", "assign"): "license",
    ("basic, none free", "any", "any"): "stop host_not_licensed",
    ("licensed", "meeting", "any"): "host",
    ("licensed", "webinar", "any"): "read_webinars",
    ("no webinars", "meeting", "any"): "host",
    ("no webinars", "webinar", "require"): "stop webinar_not_licensed",
    ("no webinars", "webinar", "assign"): "give_webinars",
    ("no webinars, none free", "meeting", "any"): "host",
    ("no webinars, none free", "webinar", "any"): "stop webinar_not_licensed",
    ("webinars", "any", "any"): "host",
    ("webinars too small", "meeting", "any"): "host",
    ("webinars too small", "webinar", "require"): "host capacity_reached",
    ("webinars too small", "webinar", "assign"): "give_webinars",
    ("webinars too small, none free", "meeting", "any"): "host",
    ("webinars too small, none free", "webinar", "any"): "host capacity_reached",
}
MISSING = {
    ("missing", MissingHost.FAIL): "stop host_not_in_zoom",
    ("missing", MissingHost.CREATE): "create",
    ("missing", MissingHost.CREATE_SSO): "create_sso",
    ("invitation expired", MissingHost.FAIL): "stop host_not_in_zoom",
    ("invitation expired", MissingHost.CREATE): "create",
    ("invitation expired", MissingHost.CREATE_SSO): "create_sso",
    ("missing, in another account", MissingHost.FAIL): "stop host_not_in_zoom",
    ("missing, in another account", MissingHost.CREATE): "stop host_not_in_zoom",
    ("missing, in another account", MissingHost.CREATE_SSO): "stop host_not_in_zoom",
}
CASES = list(product(HOSTS, Kind, MissingHost, Licence))


def expected(name: str, kind: Kind, rules: HostRules) -> str:
    """The one outcome that the tables have for a case."""
    if (name, rules.missing_host) in MISSING:
        return MISSING[name, rules.missing_host]
    kinds, licences = (kind.value, "any"), (rules.licence.value, "any")
    (outcome,) = {
        OUTCOMES[name, each, licence]
        for each, licence in product(kinds, licences)
        if (name, each, licence) in OUTCOMES
    }
    return outcome


def told(plan: HostPlan) -> str:
    return f"{plan.step} {plan.problem.code}" if plan.problem else str(plan.step)


@pytest.mark.parametrize(("name", "kind", "missing_host", "licence"), CASES)
def test_each_case_has_one_outcome(
    name: str, kind: Kind, missing_host: MissingHost, licence: Licence
) -> None:
    rules = HostRules(missing_host=missing_host, licence=licence)

    plan = next_step(HOSTS[name], kind, rules, PEOPLE)

    assert told(plan) == expected(name, kind, rules)


def test_every_problem_has_a_message_and_a_remedy_of_its_own() -> None:
    problems = {
        plan.problem
        for name, kind, missing_host, licence in CASES
        if (
            plan := next_step(
                HOSTS[name], kind, HostRules(missing_host=missing_host, licence=licence), PEOPLE
            )
        ).problem
    }

    assert len(problems) == 10
    assert len({each.message for each in problems if each}) == len(problems)
    assert all(each and each.remedy.endswith(".") for each in problems)


def test_how_many_there_is_room_for_is_told() -> None:
    problem = next_step(HOSTS["webinars too small"], Kind.WEBINAR, HostRules(), 3_000).problem

    assert problem is not None
    assert problem.code is EventProblem.CAPACITY_REACHED
    assert problem.message.endswith("They hold 100.")


def test_a_host_with_webinars_hosts_an_empty_one() -> None:
    plan = next_step(HOSTS["webinars too small"], Kind.WEBINAR, HostRules(), 0)

    assert told(plan) == "host"
    assert next_step(HOSTS["no webinars"], Kind.WEBINAR, HostRules(), 0).step is HostStep.STOP


@pytest.mark.parametrize(
    ("free", "people", "above", "size"),
    [
        ({100: 1, 500: 2, 1000: 1}, 300, 0, 500),
        ({100: 1, 500: 0, 1000: 1}, 300, 0, 1000),
        ({100: 1, 500: 1}, 3_000, 0, 500),
        ({100: 1, 500: 1}, 3_000, 500, None),
        ({100: 1}, 300, 100, None),
        ({100: 1, 500: 1}, 0, 0, 100),
        ({}, 10, 0, None),
    ],
)
def test_the_smallest_licence_that_holds_everyone_is_given(
    free: dict[int, int], people: int, above: int, size: int | None
) -> None:
    assert size_to_give(free, people, above=above) == size
