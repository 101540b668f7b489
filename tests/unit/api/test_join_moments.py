"""Moments in words: in each language, by the event's own clock, whatever its zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from lectern.api.join.moments import in_words
from lectern.api.join.texts import TEXTS

MOMENT = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Wednesday, 1 July 2026, 10:00 (Central European Summer Time)"),
        ("da", "onsdag den 1. juli 2026, 10.00 (Centraleuropæisk sommertid)"),
        ("de", "Mittwoch, 1. Juli 2026, 10:00 (Mitteleuropäische Sommerzeit)"),
        ("fr", "mercredi 1 juillet 2026, 10:00 (heure d\u2019été d\u2019Europe centrale)"),
        ("es", "miércoles, 1 de julio de 2026, 10:00 (hora de verano de Europa central)"),
    ],
)
def test_each_language_has_its_own_form(language: str, shown: Any) -> None:
    assert in_words(MOMENT.astimezone(ZoneInfo("Europe/Copenhagen")), language) == shown


def test_every_zone_has_a_name_in_every_language() -> None:
    for zone in available_timezones():
        for language in TEXTS:
            assert in_words(MOMENT.astimezone(ZoneInfo(zone)), language).endswith(")")
