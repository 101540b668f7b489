"""What a team follows in an empty account: the commands and parameters of the pages are there."""

from __future__ import annotations

import re

import pytest

from lectern_testing.table import REPOSITORY
from lectern_testing.template import TEMPLATE

DEPLOY = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
PARAMETERS = TEMPLATE["Parameters"].keys()
PAGES = {"deploy": DEPLOY, "operations": OPERATIONS}


def commands(page: str) -> str:
    """What is typed: blocks of code, and code within a line."""
    blocks = re.findall(r"^\s*```sh\n(.*?)^\s*```", page, re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", page)])


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_make_is_one(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)\b", commands(PAGES[name])))
    assert asked
    assert asked <= targets


@pytest.mark.parametrize("name", PAGES)
def test_every_parameter_that_is_given_is_one_of_the_template(name: str) -> None:
    given = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)=(?!=)", commands(PAGES[name])))
    assert given
    assert given <= PARAMETERS


@pytest.mark.parametrize(
    "part",
    ["Credentials", "Room for functions", "Somebody who is told", "Keys", "A domain of your own"],
)
def test_what_is_needed_before_comes_before_the_first_deployment(part: str) -> None:
    before, _, after = DEPLOY.partition("## Deploy\n")
    assert f". **{part}" in before
    assert "make deploy ENV=prod" in after


@pytest.mark.parametrize("part", ["Upgrade", "The way back", "Removal", "Cost"])
def test_what_comes_later_has_a_part_of_its_own(part: str) -> None:
    assert f"\n## {part}\n" in DEPLOY


@pytest.mark.parametrize(
    "part", ["API keys", "Replay", "Restore", "Room for functions", "Loss of a region"]
)
def test_what_may_befall_a_stack_has_its_runbook(part: str) -> None:
    assert f"\n## {part}\n" in OPERATIONS


def test_the_quota_that_a_new_account_lacks_is_named() -> None:
    assert "L-B99A9384" in DEPLOY


def test_alarms_have_somebody_to_tell_in_the_first_deployment() -> None:
    first = re.search(r"^make deploy ENV=prod .*$", DEPLOY, re.MULTILINE)
    assert first
    assert {"ApiKeyHashes", "AlarmTopic"} <= set(re.findall(r"(\w+)=", first[0]))
