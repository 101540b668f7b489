"""A table of figures: as text, as JSON, and as what is to be drawn of it."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.template import ROOT

Json = Any
"""What can be written as JSON."""

FOLDER = ROOT / "docs" / "performance"


@dataclass(frozen=True)
class Chart:
    """A picture of a table: bars side by side or stacked, or lines, a series each.

    Attributes:
        name: of the file, beside that of the table.
        title: above it.
        kind: `bars`, `stacked` or `lines`.
        unit: of the values.
        labels: of the groups of bars, or the places on the horizontal axis.
        series: the values by name, one for each label; nothing where there is none.
        logarithmic: whether values of very different sizes are to be compared.
    """

    name: str
    title: str
    kind: str
    unit: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[float | None]]
    logarithmic: bool = False


@dataclass(frozen=True)
class Report:
    """A table, with what it is made of.

    Attributes:
        name: by which it is asked for.
        head: names of the columns; the first has words, the others figures.
        rows: the cells, as they are read.
        figures: the same and more, to be worked on.
        charts: what is drawn of it.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Json
    charts: Sequence[Chart] = field(default=())

    def text(self) -> str:
        """The table as it is printed and as the docs have it."""
        return table_text(self.head, self.rows)

    def save(self, folder: Path = FOLDER) -> Path:
        """Writes the JSON file that pictures and docs are made from."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name}.json"
        told = {**asdict(self), "measured": _circumstances()}
        file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return file


def load(name: str, folder: Path = FOLDER) -> Json:
    """What a table was saved as.

    Raises:
        FileNotFoundError: if it was never measured.
    """
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def table_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned.

    Example:
        >>> print(table_text(["what", "s"], [["a click", "0.1"]]))
        | what    |   s |
        |:--------|----:|
        | a click | 0.1 |
    """
    widths = [max(3, *(len(row[n]) for row in (head, *rows))) for n in range(len(head))]
    lines = [_line(row, widths) for row in (head, *rows)]
    rule = "|".join(f":{'-' * (w + 1)}" if not n else f"{'-' * (w + 1)}:" for n, w in _each(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    told = [f"{cells[n]:<{w}}" if not n else f"{cells[n]:>{w}}" for n, w in _each(widths)]
    return f"| {' | '.join(told)} |"


def _each(widths: Sequence[int]) -> list[tuple[int, int]]:
    return list(enumerate(widths))


def number(value: float | None) -> str:
    """A figure with as many digits as one reads.

    Example:
        >>> number(1234.5), number(12.34), number(0.1234), number(None)
        ('1,234', '12.3', '0.12', '')
    """
    if value is None:
        return ""
    size = abs(value)
    if size >= 100 or value == int(value):  # noqa: PLR2004 (three digits)
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"  # noqa: PLR2004


def _circumstances() -> Json:
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "at": described.stdout.strip(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
