"""What the domain says, in the visitor's language: by the English sentence, where it is translated.

A language is a folder of TOML files in ``console/said``, whose keys are the domain's own sentences,
with a named field for each value: ``They hold {capacity}.`` What is said is one sentence after the
other, and each is translated for itself. One that was made for one case, or by Zoom, stays in
English, and so does the value of ``{words}``, which are Zoom's; pages mark it as that.

A field that is named after a section of ``words.toml`` takes only what stands there, or several of
it with commas between, and these are translated as well. Any other value stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lectern.console.rendering.values import number, typeset

FOLDER = Path(__file__).parents[1] / "said"
WORDS = "words"
"""The file of words, and the field that holds those of Zoom."""

_FIELD = re.compile(r"{(\w+)}")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})*|\d+")
_SENTENCE = re.compile(r".*?[.:?!…](?=\s)|.*", re.DOTALL)


class Piece(NamedTuple):
    """A piece of what is said, in the visitor's language unless it is in English."""

    text: str
    is_english: bool = False


class _Phrase(NamedTuple):
    """A sentence, or a word, of which a text may be an instance; with its words up to a field."""

    english: str
    translation: str
    beginning: str

    def match(self, text: str) -> re.Match[str] | None:
        """What of a text is this phrase."""
        return _pattern(self.english).match(text) if text.startswith(self.beginning) else None


def said(language: str, message: str) -> tuple[Piece, ...]:
    """What the domain says, in a language: what is not translated is a piece in English."""
    if not sentences(language):
        return (Piece(message, is_english=True),)
    return tuple(_joined(_pieces(language, message.strip())))


def _pieces(language: str, message: str) -> Iterator[Piece]:
    """The pieces of a message, with a space between its sentences."""
    rest = message
    while rest:
        own, end = _beginning(language, rest) or _untranslated(rest)
        yield from own
        rest = rest[end:].lstrip()
        if rest:
            yield Piece(" ", is_english=own[-1].is_english)


def _untranslated(text: str) -> tuple[list[Piece], int]:
    """The first sentence of a text as it is."""
    first = _SENTENCE.match(text)
    length = first.end() if first else len(text)
    return [Piece(text[:length], is_english=True)], length


def _beginning(language: str, text: str, section: str = "") -> tuple[list[Piece], int] | None:
    """What a text begins with in a language, and how long that is."""
    for phrase in _phrases(language, section):
        found = phrase.match(text)
        values = _values(language, found.groupdict()) if found else None
        if found is None or values is None:
            continue
        if not section:
            values |= _capital(language, phrase.translation, values)
        return list(_filled(phrase.translation, values)), found.end()
    return None


def _capital(language: str, translation: str, values: dict[str, str]) -> dict[str, str]:
    """The word that a sentence begins with, as it stands at the beginning of one."""
    first = _FIELD.match(translation)
    if first is None or first[1] not in words(language):
        return {}
    word = values[first[1]]
    return {first[1]: word[:1].upper() + word[1:]}


def _filled(translation: str, values: dict[str, str]) -> Iterator[Piece]:
    for index, part in enumerate(_FIELD.split(translation)):
        if index % 2:
            yield Piece(values[part], is_english=part == WORDS)
        elif part:
            yield Piece(part)


def _values(language: str, given: dict[str, str]) -> dict[str, str] | None:
    """The values of fields in a language; ``None`` where one is not of the words that it takes."""
    values = {name: _value(language, name, value) for name, value in given.items()}
    known = {name: value for name, value in values.items() if value is not None}
    return known if len(known) == len(values) else None


def _value(language: str, name: str, value: str) -> str | None:
    if _NUMBER.fullmatch(value):
        return number(int(value.replace(",", "")), language) if "," in value else value
    if name not in words(language):
        return value
    translated = [_word(language, name, each) for each in value.split(", ")]
    known = [each for each in translated if each is not None]
    return ", ".join(known) if len(known) == len(translated) else None


def _word(language: str, section: str, word: str) -> str | None:
    own, end = _beginning(language, word, section) or ([], 0)
    return "".join(piece.text for piece in own) if end == len(word) else None


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same with what is in one language together."""
    last: Piece | None = None
    for each in pieces:
        if last is not None and last.is_english == each.is_english:
            last = Piece(last.text + each.text, last.is_english)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


@cache
def sentences(language: str) -> dict[str, str]:
    """The translated sentences of a language, by the English ones; none for English itself."""
    files = sorted((FOLDER / language).glob("*.toml"))
    return {
        str(english): typeset(str(own), language)
        for file in files
        if file.stem != WORDS
        for english, own in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }


@cache
def words(language: str) -> dict[str, dict[str, str]]:
    """The words that fields of sentences take, by the name of the field."""
    file = FOLDER / language / f"{WORDS}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


@cache
def _phrases(language: str, section: str) -> tuple[_Phrase, ...]:
    """The sentences, or the words of a section; those that say the most of themselves first."""
    phrases = words(language)[section] if section else sentences(language)
    ordered = sorted(phrases, key=lambda english: len(_FIELD.sub("", english)), reverse=True)
    return tuple(_Phrase(each, phrases[each], _FIELD.split(each)[0]) for each in ordered)


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """Matches a sentence with values: one at its beginning is a word, one at its end the rest."""
    parts = _FIELD.split(english)
    fields = parts[1::2]
    patterns = [rf"(?P<{field}>.+?)" for field in fields]
    if fields and not parts[0]:
        patterns[0] = rf"(?P<{fields[0]}>\S+)"
    if fields and not parts[-1]:
        patterns[-1] = rf"(?P<{fields[-1]}>.+)"
    for index, field in enumerate(fields):
        if field in fields[:index]:
            patterns[index] = rf"(?P={field})"
    literals = map(re.escape, parts[::2])
    pattern = "".join(each for pair in zip(literals, [*patterns, ""], strict=True) for each in pair)
    return re.compile(rf"{pattern}(?=\s|$)", re.DOTALL)
