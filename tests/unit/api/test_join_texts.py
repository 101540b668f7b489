from __future__ import annotations

import pytest

from lectern.api.join.texts import TEXTS, PageText, language_of, texts_of
from lectern.domain.join.decision import JoinDecision, JoinState
from lectern.domain.problems import EnrollmentProblem, EventProblem


def test_every_text_exists_in_every_language() -> None:
    assert TEXTS.keys() == {"en", "da", "de", "fr", "es"}
    for texts in TEXTS.values():
        assert texts.keys() == set(PageText)
        assert all(text.strip() for text in texts.values())


def test_no_language_was_forgotten_in_another() -> None:
    for text in PageText:
        shown = [texts[text] for texts in TEXTS.values()]
        assert len(set(shown)) >= len(shown) - 1, f"{text} is the same in several languages"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH", "de"),
        ("FR-ca;q=0.8, es;q=0.9", "es"),
        ("nb, da;q=0.3", "da"),
        ("en;q=0.2,fr;q=0.1", "en"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("de;q=, fr;q=0.1", "fr"),
        ("de;q=1.2.3, fr;q=0.1", "fr"),
        ("<script>", "en"),
        ("x" * 10_000 + ",de", "en"),
    ],
)
def test_the_language_is_the_best_of_those_that_the_visitor_takes(
    accepted: str, language: str
) -> None:
    assert language_of(accepted) == language


@pytest.mark.parametrize("state", set(JoinState) - {JoinState.JOIN})
def test_every_state_but_join_has_a_page(state: JoinState) -> None:
    heading, sentence = texts_of(JoinDecision(state=state))
    assert heading.value == state.value
    assert sentence.value == f"{state.value}_more"


@pytest.mark.parametrize("reason", [*EnrollmentProblem, *EventProblem])
def test_every_reason_has_a_sentence(reason: EnrollmentProblem) -> None:
    decision = JoinDecision(state=JoinState.UNAVAILABLE, reason=reason)
    assert texts_of(decision)[1] in PageText
