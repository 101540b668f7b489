"""What the domain says has a translation in every language, whatever its values are."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from importlib import import_module
from inspect import getsource

import pytest

from lectern.api.join.texts import TEXTS
from lectern.console.rendering.said import FOLDER, WORDS, Piece, said, sentences, words
from lectern.console.rendering.texts import text
from lectern.domain.attendance.matching import AttendanceFault
from lectern.domain.attendance.report import attendance_problem
from lectern.domain.explained_times import span, when
from lectern.domain.findings import Circumstance, of_circumstance
from lectern.domain.join.decision import LABELS
from lectern.domain.passcode import PasscodeRule
from lectern.domain.problems import (
    EnrollmentProblem,
    EventProblem,
    enrollment_message,
    enrollment_remedy,
    event_problem,
)
from lectern.domain.timeline import OperatorAct, of_operator
from lectern.domain.validation import CheckId
from lectern_testing.sentences import SAMPLE, sentences_of

LANGUAGES = sorted(set(TEXTS) - {"en"})
UNITS = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
FIELD = re.compile(r"{(\w+)}")
SPEAKERS = (
    "api.connections.account",
    "api.connections.body",
    "api.connections.credentials",
    "api.http.fields",
    "api.http.request",
    "api.http.secret_fields",
    "api.settings.body",
    "console.pages.connections",
    "domain.attendance.report",
    "domain.explanation",
    "domain.findings",
    "domain.hosting",
    "domain.join.decision",
    "domain.notes",
    "domain.overrun",
    "domain.people.instructors",
    "domain.people.moderation",
    "domain.problems",
    "domain.public_address",
    "domain.scopes",
    "domain.timeline",
    "domain.validation",
    "domain.validation_findings",
    "domain.web_address",
    "domain.zoom_refusals",
    "sync.drift",
    "sync.meeting.creation",
    "validation.accounts",
    "validation.checks",
    "validation.cleaning",
    "validation.sessions",
    "validation.tasks",
    "validation.webhooks",
)
"""The modules whose sentences come to the console."""

SENTENCES = {
    sentence: speaker
    for speaker in SPEAKERS
    for sentence in sentences_of(import_module(f"lectern.{speaker}"))
}
OF_CODES = {
    *(event_problem(code).message for code in EventProblem),
    *(event_problem(code).remedy for code in EventProblem),
    *(enrollment_message(code) for code in EnrollmentProblem),
    *(enrollment_remedy(code) for code in EnrollmentProblem),
    *(of_circumstance(code).message for code in Circumstance),
    *(of_circumstance(code).remedy for code in Circumstance),
    *(attendance_problem(fault).message for fault in AttendanceFault),
    *(attendance_problem(fault).remedy for fault in AttendanceFault),
    *(of_operator("ev-1", act).message for act in OperatorAct),
}


def left_in_english(language: str, sentence: str) -> set[str]:
    """What of a sentence is not translated, beside samples of values."""
    pieces = [piece.text.strip() for piece in said(language, sentence) if piece.is_english]
    return {piece for piece in pieces if piece.replace(SAMPLE, "").strip()}


def is_translated(language: str, sentence: str) -> bool:
    """Whether a sentence is, by itself or behind another one that stands for a sample."""
    follows = sentence.removeprefix(f"{SAMPLE} ")
    return not left_in_english(language, sentence) or not left_in_english(language, follows)


def test_sentences_are_found_with_and_without_values() -> None:
    assert SENTENCES["Zoom asked to slow down."] == "domain.problems"
    assert SENTENCES[f"They hold {SAMPLE}."] == "domain.hosting"
    assert SENTENCES["Enrolled."] == "domain.timeline"
    assert SENTENCES["Zoom made the meeting, and does not show it."] == "validation.sessions"
    assert set(SENTENCES.values()) == set(SPEAKERS)


def test_the_message_of_every_code_is_found() -> None:
    assert OF_CODES - set(SENTENCES) == set()


def test_there_is_a_folder_for_each_language_and_no_other() -> None:
    assert sorted(folder.name for folder in FOLDER.iterdir()) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert [each for each in (*SENTENCES, *OF_CODES) if not is_translated(language, each)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    everything = "\n".join(SENTENCES)
    kept = [".+".join(map(re.escape, FIELD.split(each)[::2])) for each in sentences(language)]
    assert [each for each in kept if not re.search(each, everything)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_takes_the_same_values_and_names_the_same_places_in_zoom(
    language: str,
) -> None:
    for english, own in sentences(language).items():
        assert set(FIELD.findall(own)) == set(FIELD.findall(english)), english
        assert english.count(" > ") == own.count(" > "), english
        assert own.strip() == own
        assert own != english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_has_two_translations(language: str) -> None:
    files = [file for file in (FOLDER / language).glob("*.toml") if file.stem != WORDS]
    counts = [len(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    assert sum(counts) == len(sentences(language))


def test_every_language_translates_the_same() -> None:
    first, *others = LANGUAGES
    for language in others:
        assert sentences(language).keys() == sentences(first).keys()
        assert words(language).keys() == words(first).keys()
        for section, translated in words(language).items():
            assert translated.keys() == words(first)[section].keys()
            for english, own in translated.items():
                assert sorted(FIELD.findall(own)) == sorted(FIELD.findall(english)), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_checks_and_of_the_button_are_those_of_the_pages(language: str) -> None:
    of_checks = {each.heading: text(language, f"self_test.check.{each}") for each in CheckId}
    of_the_button = {label: text(language, f"join.{state}") for state, label in LABELS.items()}

    assert words(language)["check"] == of_checks
    assert words(language)["label"] == of_the_button


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_every_time_of_an_event(language: str) -> None:
    lengths = [timedelta(), timedelta(minutes=1), timedelta(days=40)]
    lengths += [each * count for each in UNITS for count in range(2, 13)]
    told = set(re.findall(r'return f?"([^"]+)"', getsource(when)))

    assert {re.sub("{.*}", "{span}", each) for each in told} == words(language)["when"].keys()
    for length in lengths:
        assert is_translated(language, f"The webinar begins in {span(length)}."), length


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_word_for_every_demand_of_a_passcode(language: str) -> None:
    of_letters = PasscodeRule(
        length=8, letter=True, digit=True, special=True, both_cases=True, most_in_a_row=3
    )
    demands = [*of_letters.faults("   "), *PasscodeRule(only_digits=True).faults("a")]

    assert len(demands) == len(words(language)["demands"])
    for demand in demands:
        assert is_translated(language, f"It needs {demand}."), demand


def test_no_sentence_is_without_words_of_its_own() -> None:
    """One of fields alone would be found in whatever is said."""
    for english in sentences(LANGUAGES[0]):
        own = FIELD.sub("", english).strip(" .:")
        assert own, english


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("They hold 1,500.", "Sie fassen 1.500."),
        ("It needs at least 8 characters, a letter.",
         "Er braucht: mindestens 8 Zeichen, einen Buchstaben."),
        ("The webinar begins in two hours; the link is ready.",
         "Das Webinar beginnt in zwei Stunden; der Link ist bereit."),
        ("The meeting has ended. Somebody has to act: Zoom does not answer.",
         "Das Meeting ist vorbei. Jemand muss handeln: Zoom antwortet nicht."),
        ("There passcode is another, waiting_room is true.",
         "Dort: passcode ist anders, waiting_room ist true."),
    ],
)  # fmt: skip
def test_values_are_filled_in_and_words_among_them_translated(message: str, told: str) -> None:
    assert said("de", message) == (Piece(told),)


def test_a_sentence_begins_with_a_capital_whatever_is_filled_in() -> None:
    assert said("fr", "The meeting is live.") == (Piece("La réunion est en direct."),)


def test_what_zoom_says_stays_as_zoom_said_it() -> None:
    assert said("de", "Zoom refused the request. Zoom said: Bad. No host (code 300).") == (
        Piece("Zoom lehnte die Anfrage ab. Zoom sagte: "),
        Piece("Bad. No host", is_english=True),
        Piece(" (Code 300)."),
    )


def test_what_has_no_translation_stays_english_and_the_rest_does_not() -> None:
    assert said("de", "Made up today. Zoom does not answer. And this.") == (
        Piece("Made up today. ", is_english=True),
        Piece("Zoom antwortet nicht. "),
        Piece("And this.", is_english=True),
    )


def test_a_word_that_is_not_known_is_not_half_translated() -> None:
    said_of_cats = "It needs a letter, a cat."

    assert said("de", said_of_cats) == (Piece(said_of_cats, is_english=True),)


def test_english_is_what_the_domain_says() -> None:
    assert said("en", "Zoom does not answer.") == (Piece("Zoom does not answer.", is_english=True),)
    assert words("en") == {}
    assert not (FOLDER / "en").exists()


def test_zoom_s_words_are_no_section_of_words() -> None:
    assert all(WORDS not in words(language) for language in LANGUAGES)
