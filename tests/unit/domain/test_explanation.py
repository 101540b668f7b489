"""Why: a table of situations, each with what is found, in order, and who has to act."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from lectern.domain.explanation import (
    Explanation,
    Known,
    explain_event,
    explain_person,
)
from lectern.domain.findings import Circumstance, Finding, Severity, of_person
from lectern.domain.join.decision import JoinState, decide
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern_testing.situations import (
    LATER,
    NOW,
    REPORTED,
    SINCE,
    VALIDATING,
    failed_kim,
    row,
)
from lectern_testing.situations_of_events import SITUATIONS_OF_EVENTS
from lectern_testing.situations_of_people import SITUATIONS_OF_PEOPLE

SITUATIONS = SITUATIONS_OF_EVENTS | SITUATIONS_OF_PEOPLE


def explain(known: dict[str, Any], person: Any) -> Explanation:
    if person is None:
        return explain_event(Known(**known))
    if isinstance(person, str):
        return explain_person(Known(**known), None, person)
    return explain_person(Known(**known), person, person.user_id)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(each.code.value, each.severity.value, each.who.value) for each in findings]


def test_there_are_enough_situations() -> None:
    assert len(SITUATIONS) >= 60


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_is_explained(name: str) -> None:
    known, person, can_join, found = SITUATIONS[name]

    explanation = explain(known, person)

    assert told(explanation.findings) == found
    assert explanation.can_join is can_join
    assert all(each.message and each.remedy for each in explanation.findings)


@pytest.mark.parametrize("name", SITUATIONS)
def test_who_can_join_has_nothing_in_the_way_and_who_cannot_has(name: str) -> None:
    known, person, can_join, _ = SITUATIONS[name]

    explanation = explain(known, person)

    if person is not None:
        is_in_the_way = any(each.is_in_the_way for each in explanation.findings)
        assert is_in_the_way is not can_join


def people() -> list[Any]:
    rows = [person for _, person, _, _ in SITUATIONS.values()]
    return [each for each in rows if each is not None and not isinstance(each, str)]


@pytest.mark.parametrize("name", [name for name, each in SITUATIONS.items() if each[1] is None])
def test_the_explanation_and_the_join_button_never_differ(name: str) -> None:
    known, *_ = SITUATIONS[name]
    given = Known(**known)

    for person, settings in product(people(), (given.settings, VALIDATING, REPORTED)):
        now = given.model_copy(update={"settings": settings})
        explanation = explain_person(now, person, person.user_id)
        decision = decide(now.event, person, person.user_id, settings, NOW)
        assert explanation.can_join is (decision.state is JoinState.JOIN)
        in_the_way = [each for each in explanation.findings if each.is_in_the_way]
        assert bool(in_the_way) is not explanation.can_join
        codes = {each.code.value for each in in_the_way}
        assert decision.reason is None or decision.reason.value in codes


@pytest.mark.parametrize("code", [*EventProblem, *EnrollmentProblem, *Circumstance])
def test_every_code_is_found_in_some_situation(code: Any) -> None:
    found = {each[0] for _, _, _, findings in SITUATIONS.values() for each in findings}
    assert code.value in found


@pytest.mark.parametrize("code", EnrollmentProblem)
def test_every_reason_of_a_person_is_a_finding(code: EnrollmentProblem) -> None:
    finding = of_person(code)
    assert finding.code is code
    assert finding.severity in {Severity.BLOCKS, Severity.WAITS}


def test_it_says_since_when_and_when_it_is_tried_next() -> None:
    known, person, *_ = SITUATIONS["just enrolled, Zoom is down"]
    [finding] = explain(known, person).findings
    assert (finding.since, finding.next_attempt_at) == (SINCE, LATER)

    known, person, *_ = SITUATIONS["person: invalid_email"]
    assert explain(known, person).findings[0].since == SINCE

    known, person, *_ = SITUATIONS["registered three times today"]
    pending, limit = explain(known, person).findings
    assert pending.next_attempt_at == limit.next_attempt_at == LATER


def test_zooms_own_words_about_a_person_are_told() -> None:
    said = "Zoom refused to register this person. Zoom says: Registration is not allowed."
    person = failed_kim(EnrollmentProblem.REJECTED, message=said)

    [finding] = explain_person(Known(**row([])[0]), person, "kim").findings

    assert finding.message == said


def test_unmet_requirements_are_named() -> None:
    known, person, *_ = SITUATIONS["requirements"]
    assert "Complete module 1" in explain(known, person).findings[0].message


SUMMARIES = {
    "registered": "The meeting begins in three days; the link is ready.",
    "registered in a live session": "The meeting is live; the link is ready.",
    "registered, host not there": (
        "The meeting should have begun five minutes ago; the link is ready."
    ),
    "registered, session ended": "The meeting has ended; the link is ready.",
    "cancelled": "The meeting was cancelled.",
    "event: cancelled": "The meeting was cancelled.",
    "event: some people failed": (
        "The meeting begins in three days; 38 of 40 people are registered at Zoom."
    ),
    "event: over by plan": (
        "The meeting should have ended 47 hours ago; 0 of 0 people are registered at Zoom."
    ),
    "just enrolled": (
        "The meeting begins in three days. This person cannot join yet: The registration at Zoom "
        "is under way."
    ),
    "requirements": (
        "The meeting begins in three days. This person cannot join: The requirements of the event "
        "are not met yet. Unmet: Complete module 1."
    ),
    "event: host_not_in_zoom": (
        "The meeting begins in three days. Somebody has to act: The host has no active user in the "
        "Zoom account."
    ),
    "event: just saved": (
        "The meeting begins in three days. It is being prepared: The meeting does not exist at "
        "Zoom yet."
    ),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_fits_the_phase(name: str) -> None:
    known, person, *_ = SITUATIONS[name]
    assert explain(known, person).summary == SUMMARIES[name]


def test_nothing_personal_is_in_an_explanation() -> None:
    for known, person, *_ in SITUATIONS.values():
        text = explain(known, person).model_dump_json()
        assert "@" not in text
        assert "zoom.example" not in text
