from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.api.http.paging import LOOKED_AT, MOST_AT_ONCE, full_page
from lectern.store.page import Page


class Reading:
    """Reads numbers as DynamoDB reads items: a full read always names where to go on."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.reads: list[int] = []

    def read(self, after: str | None, limit: int) -> Page[int]:
        self.reads.append(limit)
        first = 0 if after is None else int(after) + 1
        numbers = list(range(first, min(first + limit, self.count)))
        return Page(numbers, str(numbers[-1]) if len(numbers) == limit else None)


def everything(_: int) -> bool:
    return True


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 30))
def test_pages_give_all_that_is_wanted_once_and_in_order(
    count: int, limit: int, every: int
) -> None:
    reading = Reading(count)
    found: list[int] = []
    after: str | None = None
    page: list[int]
    while True:
        page, after = full_page(reading.read, after, limit, lambda number: number % every == 0)
        assert len(page) <= limit
        found += page
        if after is None:
            break
    assert found == list(range(0, count, every))


@pytest.mark.parametrize(("count", "more"), [(3, False), (4, True)])
def test_a_full_page_says_whether_anything_comes_after_it(count: int, *, more: bool) -> None:
    page, after = full_page(Reading(count).read, None, 3, everything)
    assert (page, after is not None) == ([0, 1, 2], more)


def test_what_knows_its_end_is_not_asked_again() -> None:
    class Knowing(Reading):
        def read(self, after: str | None, limit: int) -> Page[int]:
            numbers, after = super().read(after, limit)
            return Page(numbers, after if after != str(self.count - 1) else None)

    for count, is_more in ((3, False), (4, True)):
        reading = Knowing(count)
        page: list[int]
        page, after = full_page(reading.read, None, 3, everything, knows_its_end=True)
        assert (page, after is not None) == ([0, 1, 2], is_more)
        assert reading.reads == [3]


def test_a_page_reads_no_more_than_its_bound_however_little_is_wanted() -> None:
    reading = Reading(10_000)
    page: list[int]
    page, after = full_page(reading.read, None, 50, lambda number: number == 9_999)
    assert page == []
    assert after is not None
    assert sum(reading.reads) == LOOKED_AT * 50
    assert max(reading.reads) == MOST_AT_ONCE
    assert len(reading.reads) < 8


def test_what_is_found_among_much_ends_the_page_where_it_is() -> None:
    reading = Reading(1_000)
    page: list[int]
    page, after = full_page(reading.read, None, 3, lambda number: number >= 40)
    assert (page, after) == ([40, 41, 42], "42")


def test_a_read_that_gives_nothing_and_goes_on_counts_towards_the_bound() -> None:
    page: list[int]
    page, after = full_page(lambda _after, _limit: Page([], "on"), None, 2, everything)
    assert (page, after) == ([], "on")
