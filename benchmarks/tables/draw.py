"""Draws the charts of a table that was saved as JSON, each as an SVG picture beside it.

It runs in the environment of the benchmarks, which has matplotlib: `python -P draw.py FILE…`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "lectern",  # the same figures make the same file
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
    }
)
from matplotlib import pyplot as plt  # noqa: E402 (it reads what was set above)

_COLOURS = ("#1f77b4", "#ff9f40", "#2a9d8f", "#8e6bbf", "#c0504d", "#7f7f7f")
_WIDTH = 8.0
_BAR = 0.8


def main() -> None:
    """Draws all charts of the files that are named."""
    for name in sys.argv[1:]:
        file = Path(name)
        for chart in json.loads(file.read_text(encoding="utf-8"))["charts"]:
            draw(chart, file.with_name(f"{chart['name']}.svg"))


def draw(chart: dict[str, Any], target: Path) -> None:
    """Draws one chart."""
    is_lines = chart["kind"] == "lines"
    height = 4.0 if is_lines else 0.9 + 0.32 * len(chart["labels"]) * _thickness(chart)
    figure, axes = plt.subplots(figsize=(_WIDTH, max(2.4, height)), layout="constrained")
    {"lines": _lines, "bars": _bars, "stacked": _stacked}[chart["kind"]](axes, chart)
    axes.set_title(chart["title"], loc="left", fontweight="bold")
    axes.grid(axis="y" if is_lines else "x", color="#dddddd", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8, loc="best")
    figure.patch.set_facecolor("white")
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)


def _thickness(chart: dict[str, Any]) -> float:
    return 1.0 if chart["kind"] == "stacked" else max(1.0, 0.7 * len(chart["series"]))


def _lines(axes: Any, chart: dict[str, Any]) -> None:  # noqa: ANN401 (matplotlib's own)
    places = range(len(chart["labels"]))
    for colour, (name, values) in zip(_COLOURS, chart["series"].items(), strict=False):
        points = [(x, y) for x, y in zip(places, values, strict=True) if y is not None]
        axes.plot(*zip(*points, strict=True), marker="o", label=name, color=colour)
    axes.set_xticks(list(places), chart["labels"])
    axes.set_ylabel(chart["unit"])
    if chart["logarithmic"]:
        axes.set_yscale("log")


def _bars(axes: Any, chart: dict[str, Any]) -> None:  # noqa: ANN401
    count = len(chart["series"])
    for n, (name, values) in enumerate(chart["series"].items()):
        offset = (n - (count - 1) / 2) * _BAR / count
        places = [place + offset for place in range(len(values))]
        bars = axes.barh(
            places, [value or 0 for value in values], _BAR / count, label=name, color=_COLOURS[n]
        )
        axes.bar_label(bars, [_told(value or 0) for value in values], padding=2, fontsize=7)
    _label(axes, chart)


def _stacked(axes: Any, chart: dict[str, Any]) -> None:  # noqa: ANN401
    sums = [0.0] * len(chart["labels"])
    for colour, (name, values) in zip(_COLOURS, chart["series"].items(), strict=False):
        heights = [value or 0 for value in values]
        bars = axes.barh(range(len(sums)), heights, _BAR, left=sums, label=name, color=colour)
        sums = [whole + part for whole, part in zip(sums, heights, strict=True)]
    axes.bar_label(bars, [_told(whole) for whole in sums], padding=2, fontsize=7)
    _label(axes, chart)


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three digits)


def _label(axes: Any, chart: dict[str, Any]) -> None:  # noqa: ANN401
    axes.set_yticks(range(len(chart["labels"])), chart["labels"])
    axes.invert_yaxis()
    axes.set_xlabel(chart["unit"])
    axes.margins(x=0.1)
    if chart["logarithmic"]:
        axes.set_xscale("log")


if __name__ == "__main__":
    main()
