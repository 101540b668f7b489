"""The page of the data model: its indexes are those of the table, with the keys that they have."""

from __future__ import annotations

import re

from lectern_testing.table import REPOSITORY
from lectern_testing.template import STACK

PAGE = (REPOSITORY / "docs" / "data-model.md").read_text(encoding="utf-8")
TABLE = STACK.of_type("AWS::DynamoDB::Table")["Table"]
INDEXES = [*TABLE["LocalSecondaryIndexes"], *TABLE["GlobalSecondaryIndexes"]]


def test_each_index_is_explained_and_no_other() -> None:
    section = PAGE.partition("## Indexes")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| ((?:LSI|GSI)\d) \|", section, re.MULTILINE))
    assert named == {each["IndexName"] for each in INDEXES}


def test_an_index_that_borrows_its_sort_key_is_said_to() -> None:
    borrowing = {
        each["IndexName"]
        for each in INDEXES
        if each["KeySchema"][-1]["AttributeName"] != f"{each['IndexName']}SK"
    }
    [said] = re.findall(r"^(.*) have their sort key in the attribute that GSI1", PAGE, re.MULTILINE)
    assert set(re.findall(r"GSI\d", said)) == borrowing


def test_indexes_have_keys_alone_as_the_page_says() -> None:
    assert {each["Projection"]["ProjectionType"] for each in INDEXES} == {"KEYS_ONLY"}


def test_who_adds_an_index_is_told_how_many_a_version_may_bring() -> None:
    assert "a version brings one index at the most" in PAGE
