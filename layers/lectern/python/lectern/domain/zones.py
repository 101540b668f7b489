"""Time zones under their several names: the same zone, and what Zoom may take in its place."""

from __future__ import annotations

from functools import cache
from importlib import resources

UTC_ZONE = "UTC"
"""Every calendar knows it, and the start is an instant whatever the zone."""


def is_same_zone(one: str, other: str) -> bool:
    """Whether two names stand for the same zone, such as Europe/Kyiv and Europe/Kiev.

    Example:
        >>> is_same_zone("Europe/Kyiv", "Europe/Kiev")
        True
    """
    return one == other or _target(one) == _target(other)


def other_names(zone: str) -> tuple[str, ...]:
    """The other names of a zone, in alphabetical order."""
    links = _links()
    target = links.get(zone, zone)
    names = {target, *(name for name, other in links.items() if other == target)}
    return tuple(sorted(names - {zone}))


def in_place_of(zone: str, tried: str) -> str | None:
    """The name to try after Zoom refused one that stands for a zone; ``None`` after the last.

    Each refused try counts among the host's creates and updates of the day, so there are few.

    Args:
        zone: The zone that the LMS chose.
        tried: The name that Zoom refused.
    """
    names = list(dict.fromkeys([zone, *other_names(zone)[:1], UTC_ZONE]))
    left = names[names.index(tried) + 1 :] if tried in names else [UTC_ZONE]
    return next(iter(left), None)


def _target(name: str) -> str:
    return _links().get(name, name)


@cache
def _links() -> dict[str, str]:
    """The names that are links, with what they lead to, as the time zone database lists them."""
    text = (resources.files("tzdata") / "zoneinfo" / "tzdata.zi").read_text(encoding="utf-8")
    links = (line.split() for line in text.splitlines() if line.startswith("L "))
    return {name: target for _, target, name in links}
