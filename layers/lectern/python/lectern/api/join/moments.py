"""Moments in words, in the languages of the join pages."""

from __future__ import annotations

from datetime import datetime

_LOCALES = {"en": "en_GB"}
"""Where a language is written in several ways; the texts are in British English."""


def in_words(moment: datetime, language: str) -> str:
    """A moment with the name of its zone.

    Args:
        moment: The moment, in the zone whose clocks are meant.
        language: One that there are texts in.
    """
    # Loaded only for a page that says a time: most clicks lead to Zoom, and people wait for them.
    from babel.dates import format_date, format_time, get_timezone_name  # noqa: PLC0415

    locale = _LOCALES.get(language, language)
    day, clock = format_date(moment, "full", locale), format_time(moment, "short", locale=locale)
    return f"{day}, {clock} ({get_timezone_name(moment, 'long', locale=locale)})"
