"""What a team follows in an empty account: the commands and parameters of the pages are there."""

from __future__ import annotations

import json
import re

import pytest

from lectern_testing.table import REPOSITORY
from lectern_testing.template import TEMPLATE
from operations.replay import KINDS

DEPLOY = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
PARAMETERS = TEMPLATE["Parameters"].keys()
PAGES = {"deploy": DEPLOY, "operations": OPERATIONS}


def typed(page: str) -> str:
    """The blocks of code, which are typed as they stand."""
    return "\n".join(re.findall(r"^\s*```sh\n(.*?)^\s*```", page, re.DOTALL | re.MULTILINE))


def commands(page: str) -> str:
    """What is typed: blocks of code, and code within a line."""
    return "\n".join([typed(page), *re.findall(r"`([^`\n]+)`", page)])


def part(page: str, title: str) -> str:
    """The part of a page below a heading."""
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def alarm(name: str) -> str:
    """The row of an alarm."""
    [row] = re.findall(rf"^\| `{name}` .*$", OPERATIONS, re.MULTILINE)
    return str(row)


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


@pytest.mark.parametrize("name", PAGES)
def test_what_is_deployed_by_hand_is_what_runs_and_not_a_stack_to_try_things(name: str) -> None:
    deployments = re.findall(r"\bmake deploy\b.*", typed(PAGES[name]))
    assert deployments
    assert [each for each in deployments if "ENV=prod" not in each] == []


@pytest.mark.parametrize("name", PAGES)
def test_sam_is_the_one_that_make_installs(name: str) -> None:
    assert re.findall(r"(?<![\w/$.])sam \w+", typed(PAGES[name])) == []
    if "$sam " in typed(PAGES[name]):
        assert "sam=.venv/bin/sam" in typed(PAGES[name])


def test_keys_are_made_before_they_are_deployed() -> None:
    before = typed(DEPLOY.partition("## Deploy\n")[0])
    assert set(re.findall(r"make key ROLE=(\w+)", before)) == {"admin", "lms"}


def test_a_key_is_replaced_without_a_moment_in_which_none_is_valid() -> None:
    both, one = re.findall(r'make deploy .*LmsKeyHashes=([^"]+)"', part(OPERATIONS, "API keys"))
    assert both.split(",")[1] == one
    assert "make key ROLE=lms" in part(OPERATIONS, "API keys")


def test_zoom_is_told_the_addresses_once_lectern_can_answer_its_check() -> None:
    steps = ("make deploy", "-X PUT", "add the two subscriptions", "make smoke")
    places = [DEPLOY.partition("## Deploy\n")[2].index(step) for step in steps]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["StreamDeadLetterAlarm", "StreamRecordsGivenUpAlarm"])
def test_changes_that_were_put_aside_are_replayed_and_not_thrown_away(name: str) -> None:
    """What the LMS is told is read off nothing else."""
    assert "replay" in alarm(name)
    assert "purge" not in alarm(name)


def test_every_kind_of_dead_letter_has_its_command() -> None:
    named = re.findall(r"`make replay STACK=lectern QUEUE=(\w+)`", part(OPERATIONS, "Replay"))
    assert sorted(named) == sorted(KINDS)


def test_the_quota_that_a_new_account_lacks_is_named() -> None:
    assert "L-B99A9384" in DEPLOY


def test_alarms_have_somebody_to_tell_in_the_first_deployment() -> None:
    first = re.search(r"^make deploy ENV=prod .*$", DEPLOY, re.MULTILINE)
    assert first
    assert {"ApiKeyHashes", "AlarmTopic"} <= set(re.findall(r"(\w+)=", first[0]))


def test_what_a_month_costs_is_what_was_measured() -> None:
    measured = json.loads((REPOSITORY / "docs/performance/month.json").read_text(encoding="utf-8"))
    [told] = re.findall(r"about (\d+) US\$ in a month", part(DEPLOY, "Cost"))
    assert int(told) == round(measured["figures"]["all"]["total"])
