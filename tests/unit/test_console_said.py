"""What the domain says has a translation in every language: whatever somebody is to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lectern.api.join.texts import TEXTS
from lectern.console.rendering.said import FOLDER, said, sentences
from lectern.domain import hosting
from lectern.domain.findings import Circumstance, of_circumstance
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    Problem,
    enrollment_remedy,
    event_problem,
)

LANGUAGES = sorted(set(TEXTS) - {"en"})


def of_hosts() -> Iterator[Problem]:
    """The problems of hosts, which have remedies of their own."""
    for value in vars(hosting).values():
        found = value.values() if isinstance(value, dict) else [value]
        yield from (each for each in found if isinstance(each, Problem))


REMEDIES = sorted(
    {
        *(event_problem(code).remedy for code in EventProblem),
        *(enrollment_remedy(code) for code in EnrollmentProblem),
        *(of_circumstance(code).remedy for code in Circumstance),
        *(problem.remedy for problem in of_hosts()),
    }
)


def test_problems_of_hosts_are_found() -> None:
    assert len({problem.remedy for problem in of_hosts()}) == 9


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.toml")) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_remedy_is_translated(language: str) -> None:
    assert [remedy for remedy in REMEDIES if not said(language, remedy)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    assert sorted(sentences(language)) == REMEDIES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_places_in_zoom(language: str) -> None:
    for english, translated in sentences(language).items():
        assert english.count(" > ") == translated.count(" > "), english
        assert translated.strip() == translated
        assert translated != english


def test_english_is_what_the_domain_says() -> None:
    assert said("en", REMEDIES[0]) is None
