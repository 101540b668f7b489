"""Lists of Zoom's in pages: read to their end, and no further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest

from lectern.domain.errors import ZoomUnavailable
from lectern.zoom.operations import GET_PAST_MEETING
from lectern.zoom.paging import MOST_PAGES, pages


@dataclass(frozen=True)
class Page:
    next_page_token: str


def read_all(next_token: Callable[[str], str]) -> list[str]:
    """The tokens that were asked with."""
    asked: list[str] = []

    def read(token: str) -> Page:
        asked.append(token)
        return Page(next_token(token))

    list(pages(GET_PAST_MEETING, read))
    return asked


def test_a_list_is_read_to_its_end() -> None:
    follows = {"": "a", "a": "b", "b": ""}
    assert read_all(follows.__getitem__) == ["", "a", "b"]


@pytest.mark.parametrize(
    "follows", [{"": "a", "a": "a"}, {"": "a", "a": "b", "b": "a"}], ids=["itself", "a circle"]
)
def test_a_page_that_comes_again_ends_it(follows: dict[str, str]) -> None:
    asked: list[str] = []

    def read(token: str) -> Page:
        asked.append(token)
        return Page(follows[token])

    with pytest.raises(ZoomUnavailable, match="EndlessList"):
        list(pages(GET_PAST_MEETING, read))
    assert len(asked) == len(follows)


def test_there_is_a_most_of_pages() -> None:
    numbers = count()
    read = 0

    def token(_token: str) -> str:
        nonlocal read
        read += 1
        return f"page {next(numbers)}"

    with pytest.raises(ZoomUnavailable):
        read_all(token)
    assert read == MOST_PAGES


def test_no_more_is_read_than_is_asked_for() -> None:
    read: list[str] = []

    def page(token: str) -> Page:
        read.append(token)
        return Page("more")

    next(pages(GET_PAST_MEETING, page))
    assert read == [""]
