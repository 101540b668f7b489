"""How moments and numbers are written, in the visitor's language.

The server does not know the visitor's time zone: it writes UTC and says so, and the script of the
page writes the same in the visitor's own.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    "de": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
}
"""Unicode CLDR: abbreviated months."""
_AFTER_DAY = {"de": ".", "da": "."}
_GROUPS = {"en": ",", "da": ".", "de": ".", "fr": "\u202f", "es": "."}
"""Unicode CLDR: what stands between thousands."""
_STANDS_OFF = re.compile(r" ([:;?!»])")


def typeset(text: str, language: str) -> str:
    """A text as it is set: in French, no line begins with what stands off from its word."""
    return _STANDS_OFF.sub("\u00a0\\1", text) if language == "fr" else text


def moment(value: datetime, language: str, zone: str = "UTC") -> str:
    """A moment, such as ``1 Dec 2026, 09:00 UTC``."""
    local = value.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return f"{day(local, language)}, {local:%H:%M} {zone}"


def day(value: datetime, language: str) -> str:
    """A day, such as ``1 Dec 2026``."""
    month = _MONTHS[language].split()[value.month - 1]
    return f"{value.day}{_AFTER_DAY.get(language, '')} {month} {value.year}"


def clock(value: datetime) -> str:
    """A time of the day in UTC, such as ``09:00``."""
    return f"{value.astimezone(UTC):%H:%M}"


def number(value: int, language: str) -> str:
    """A whole number, such as ``10,000``; Spanish leaves four digits together."""
    if language == "es" and abs(value) < 10_000:  # noqa: PLR2004 - CLDR: minimumGroupingDigits 2
        return str(value)
    return f"{value:,}".replace(",", _GROUPS[language])
