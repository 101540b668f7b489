"""Whatever is stored is spoken of in the page that says what is stored of people."""

from __future__ import annotations

import re

import pytest

from lectern_testing.over_http.exercised import template
from lectern_testing.table import REPOSITORY

PAGE = (REPOSITORY / "docs" / "data-protection.md").read_text(encoding="utf-8")
MODEL = (REPOSITORY / "docs" / "data-model.md").read_text(encoding="utf-8")


def items() -> list[str]:
    table = MODEL.partition("## Items")[2].partition("## Indexes")[0]
    return re.findall(r"^\| ([^|]+?) \| `", table, re.MULTILINE)


def spoken_of() -> set[str]:
    """The items of the table, and of the sentence of those with nothing of people."""
    rows = re.findall(r"^\| ([^|]+?) \|", PAGE.partition("## Elsewhere")[0], re.MULTILINE)
    [nothing] = re.findall(r"^Nothing of people is in: (.+)\.$", PAGE, re.MULTILINE)
    return {name.strip() for text in (*rows, nothing) for name in text.split(",")}


@pytest.mark.parametrize("item", items())
def test_the_page_says_of_each_item_what_it_has_of_people(item: str) -> None:
    assert item in spoken_of()


def test_there_are_items_and_none_is_spoken_of_that_is_none() -> None:
    assert len(items()) > 30
    assert spoken_of() - set(items()) == {"item"}


def test_logs_forget_after_the_time_that_is_said() -> None:
    groups = template().of_type("AWS::Logs::LogGroup").values()
    assert {int(each["RetentionInDays"]) for each in groups} == {30}
    assert "| 30 days; metrics have ids of nobody |" in PAGE


def test_queues_forget_after_the_time_that_is_said() -> None:
    queues = template().of_type("AWS::SQS::Queue").values()
    assert {int(each["MessageRetentionPeriod"]) for each in queues} == {14 * 86400}
