"""The console's texts: whole in every language, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import lectern.console
from lectern.api.join.texts import TEXTS
from lectern.console.forms.self_test import self_test_fields
from lectern.console.forms.settings import (
    CONNECTION_FIELDS,
    CONNECTION_ID,
    SECTIONS,
    SETTINGS_FIELDS,
)
from lectern.console.http.guard import TOKEN_FIELD
from lectern.console.navigation import ENTRIES
from lectern.console.pages.set_up import SetUp
from lectern.console.rendering.said import sentences
from lectern.console.rendering.texts import FOLDER, catalogue, has_text, text
from lectern.console.routes import GUARDED
from lectern.domain.attendance.matching import AttendanceState
from lectern.domain.connection_health import HealthState
from lectern.domain.console.session import OperatorRole
from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import SyncState
from lectern.domain.join.decision import JoinState
from lectern.domain.meeting import Kind
from lectern.domain.problems import EnrollmentProblem, EventProblem
from lectern.domain.scope_knowledge import ScopeState
from lectern.domain.scopes import Feature
from lectern.domain.settings import Features
from lectern.domain.validation import CheckId, CheckState, ValidationState

CONSOLE = Path(lectern.console.__file__).parent
LANGUAGES = sorted(TEXTS)
OTHERS = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"{(\w+)}")
SOURCES = [
    file
    for folder in ("templates", "pages", "http")
    for file in sorted((CONSOLE / folder).rglob("*.*"))
    if file.suffix in {".html", ".py"}
]


def forms_of(value: Any) -> list[str]:
    return list(value.values()) if isinstance(value, dict) else [value]


def placeholders(value: Any) -> Any:
    return {name for form in forms_of(value) for name in PLACEHOLDER.findall(form)}


def test_the_languages_are_those_of_the_join_pages() -> None:
    assert sorted(folder.name for folder in FOLDER.iterdir()) == LANGUAGES


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_lacks_a_translation(language: str) -> None:
    assert catalogue(language).keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_take_the_same_values_and_the_same_forms(language: str) -> None:
    for key, english in catalogue("en").items():
        translated = catalogue(language)[key]
        assert placeholders(translated) == placeholders(english), key
        assert isinstance(translated, dict) == isinstance(english, dict), key
        if isinstance(translated, dict):
            assert translated.keys() == {"one", "other"}, key
        forms = translated.values() if isinstance(translated, dict) else [translated]
        assert all(form.strip() for form in forms), key


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_every_text_that_is_named_exists(file: Any) -> None:
    named = re.findall(r"""\bt\(\s*["']([\w.]+\w)["']\s*[,)]""", file.read_text(encoding="utf-8"))
    assert [key for key in named if key not in catalogue("en")] == []


def test_no_text_is_left_over() -> Any:
    """A text is named; or its beginning is, and a value the rest; or it is that of a field."""
    files = [file for file in CONSOLE.rglob("*") if file.suffix in {".html", ".py"}]
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    found = re.findall(r"""["'}]([\w./]+)["'{]""", written)
    quoted = {each.strip("/").replace("/", ".") for each in found}
    beginnings = tuple(each for each in quoted if each.endswith((".", "_")) and "." in each)

    def is_used(key: Any) -> Any:
        field = key.partition(".")[2].removesuffix("_hint")
        of_a_field = field in quoted or field.rpartition(".")[2] in quoted
        return key in quoted or key.startswith(beginnings) or of_a_field

    assert [key for key in catalogue("en") if not is_used(key)] == []


NAMED = {
    "problems": [*EventProblem, *EnrollmentProblem],
    "common.state": SyncState,
    "common.kind": Kind,
    "common.role": OperatorRole,
    "person.state": EnrollmentState,
    "join": JoinState,
    "connections.health": HealthState,
    "connections.heard": Kind,
    "settings": [field.name for field in SETTINGS_FIELDS],
    "settings.zoom": [field.name for field in (CONNECTION_ID, *CONNECTION_FIELDS)],
    "scopes.state": ScopeState,
    "scopes.feature": Feature,
    "attendance.state": AttendanceState,
    "attendance.nobody_more": AttendanceState,
    "set_up.step": SetUp("", None, Features(), (), dict.fromkeys(Kind), None, None).steps,
    "set_up.webhooks.address": Kind,
    "self_test": [field.name for field in self_test_fields(())],
    "self_test.state": ValidationState,
    "self_test.check": CheckId,
    "self_test.check_state": CheckState,
    "settings.section": [section.name for section in SECTIONS],
    "settings.choice": [each for field in SETTINGS_FIELDS for each in field.choices],
}


@pytest.mark.parametrize("prefix", NAMED)
def test_whatever_can_be_the_case_has_a_name(prefix: Any) -> None:
    assert [value for value in NAMED[prefix] if not has_text("en", f"{prefix}.{value}")] == []  # type: ignore[attr-defined]


def test_one_and_many_are_told_apart_as_the_language_does() -> None:
    assert text("en", "common.minutes", count=1) == "1 minute"
    assert text("en", "common.minutes", count=0) == "0 minutes"
    assert text("fr", "common.minutes", count=0) == "0 minute"
    assert text("de", "common.minutes", count=2) == "2 Minuten"


def test_in_french_no_line_begins_with_what_stands_off_from_its_word() -> None:
    written = [each for value in catalogue("fr").values() for each in forms_of(value)]
    written += sentences("fr").values()

    assert not [each for each in written if re.search(r" [:;?!»]", each)]
    assert [each for each in written if "\u00a0:" in each]


def test_what_pages_lead_to_is_for_whom_the_table_of_routes_says() -> None:
    for entry in ENTRIES:
        here = ("GET", f"/console{entry.path}")
        [route] = [each for each in GUARDED if (each.method, each.path) == here]
        assert route.role == entry.role


def test_no_template_switches_the_escaping_off_or_has_style_or_script_of_its_own() -> None:
    for file in sorted((CONSOLE / "templates").rglob("*.html")):
        template = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|<style|style=|\son\w+=", template), file
        assert "<script" not in template or file.name == "bare.html"
        for form in re.findall(r"<form[^>]*>(?:.|\n)*?</form>", template):
            assert 'method="get"' in form or TOKEN_FIELD in form, file
