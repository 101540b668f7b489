"""Nobody takes a run for complete that had no document of Zoom's, or no browser."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lectern_testing.not_run import summary, title
from lectern_testing.table import REPOSITORY


@dataclass
class Report:
    nodeid: str
    longrepr: object


DOCUMENT = ("tests/zoom_document.py", 50, "Skipped: no document")


def test_each_reason_is_said_once_with_how_many_tests_of_which_files() -> None:
    reports = [
        Report("tests/contract/test_b.py::test_1[x]", DOCUMENT),
        Report("tests/contract/test_a.py::test_1", DOCUMENT),
        Report("tests/contract/test_a.py::test_2", DOCUMENT),
        Report("tests/browser/test_c.py::test_1", ("conftest.py", 21, "Skipped: no chromium")),
    ]

    assert title(reports).startswith("NOT RUN: 4 tests;")
    assert list(summary(reports)) == [
        "    1 no chromium",
        "      1 of tests/browser/test_c.py",
        "    3 no document",
        "      2 of tests/contract/test_a.py",
        "      1 of tests/contract/test_b.py",
    ]


NOT_RUN = {
    "tests/contract/test_zoom_policies.py": "Zoom's OpenAPI document is not here",
    "tests/contract/test_webhook_examples.py": "Zoom's examples are not in webhooks/",
    "tests/browser/test_join_pages.py": "there is no chromium on this machine",
}


def test_a_run_ends_with_what_did_not_run(tmp_path: Path) -> None:
    nothing = str(tmp_path)
    without = {"LECTERN_ZOOM_SPEC": nothing, "PATH": nothing, "CHROMIUM": "", "PYTEST_ADDOPTS": ""}

    printed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NOT_RUN],
        cwd=REPOSITORY,
        env=os.environ | without,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    ).stdout

    before, heading, section = printed.partition("NOT RUN: ")
    assert heading
    for tests, reason in NOT_RUN.items():
        assert reason in section
        assert f"of {tests}" in section
        assert reason not in before
