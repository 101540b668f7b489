"""Writes the tables that were measured into the docs, between marks that say whose place it is."""

import re
from pathlib import Path
from typing import Any

from benchmarks.tables.report import FOLDER, load, table_text
from local.template import ROOT

PAGE = ROOT / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)

Json = Any
"""What can be written as JSON."""


def write(page: Path = PAGE, folder: Path = FOLDER) -> None:
    """Puts what was saved of each table into its place on the page."""
    text = page.read_text(encoding="utf-8")
    page.write_text(_PLACE.sub(lambda place: _filled(place, folder), text), encoding="utf-8")


def _filled(place: "re.Match[str]", folder: Path) -> str:
    try:
        saved = load(place[2], folder)
    except FileNotFoundError:
        return place[0]
    return f"{place[1]}{section(saved)}\n{place[4]}"


def section(saved: Json) -> str:
    """A table as it stands on the page: where it comes from, its figures, its pictures."""
    measured = saved["measured"]
    origin = (
        f"Measured on {measured['on']} at `{measured['at']}`, "
        f"{measured['cores']} cores, Python {measured['python']}."
    )
    pictures = [
        f"![{chart['title']}]({FOLDER.name}/{chart['name']}.svg)" for chart in saved["charts"]
    ]
    return "\n\n".join([origin, table_text(saved["head"], saved["rows"]), *pictures])
