"""Says which tests did not run and why: a green run without them shows less than it seems to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

_PREFIX = "Skipped: "


class SkippedReport(Protocol):
    """What is used of pytest's report of a test that was skipped, or of a whole file."""

    nodeid: str
    longrepr: object


def title(reports: Iterable[SkippedReport]) -> str:
    """The heading of the summary."""
    count = len(list(reports))
    tests = "1 test" if count == 1 else f"{count} tests"
    return f"NOT RUN: {tests}; what they hold is not shown by this run"


def summary(reports: Iterable[SkippedReport]) -> Iterator[str]:
    """The lines of the summary: why, how many, and in which files."""
    by_reason: dict[str, Counter[str]] = {}
    for each in reports:
        file = each.nodeid.partition("::")[0]
        by_reason.setdefault(_reason(each.longrepr), Counter())[file] += 1
    for reason, files in sorted(by_reason.items()):
        yield f"{files.total():5} {reason}"
        yield from (f"{'':6}{count} of {file}" for file, count in sorted(files.items()))


def _reason(longrepr: object) -> str:
    """Why: pytest has it as the last of a place and a text."""
    text = longrepr[-1] if isinstance(longrepr, tuple) else longrepr
    return str(text).removeprefix(_PREFIX)
