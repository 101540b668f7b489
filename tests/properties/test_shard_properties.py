"""Shards are read as the one list that they are."""

from __future__ import annotations

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from lectern.store.page import Page
from lectern.store.shards import SHARDS, in_shard, merged, shard_of, shards_of

POSITIONS = st.lists(st.text("abc", min_size=1, max_size=3), unique=True).map(sorted)
PLACED = POSITIONS.flatmap(
    lambda positions: st.tuples(
        st.just(positions),
        st.lists(st.integers(0, SHARDS - 1), min_size=len(positions), max_size=len(positions)),
    )
)


def pages_after(
    positions: list[str], shards: list[int], after: str | None, sizes: list[int]
) -> list[Page[str]]:
    """A page of each shard after a position, each of a size of its own."""
    pages = []
    for shard in range(SHARDS):
        own = [each for each, place in zip(positions, shards, strict=True) if place == shard]
        rest = own[bisect_right(own, after) :] if after is not None else own
        page = rest[: sizes[shard]]
        pages.append(Page(page, page[-1] if len(page) < len(rest) else None))
    return pages


@given(
    PLACED,
    st.integers(1, 6),
    st.lists(st.integers(1, 6), min_size=SHARDS, max_size=SHARDS),
)
def test_page_by_page_everything_comes_once_and_in_order(
    placed: tuple[list[str], list[int]], limit: int, sizes: list[int]
) -> None:
    """Whatever DynamoDB gives of a shard at once, be it less than was asked for."""
    positions, shards = placed
    found: list[str] = []
    after: str | None = None
    for _ in range(len(positions) + 2):
        page = merged(pages_after(positions, shards, after, sizes), limit)
        assert len(page.items) <= limit
        found += page.items
        after = page.next_after
        if after is None:
            break
    assert after is None
    assert found == positions


@given(st.text(min_size=1, max_size=100))
def test_an_event_has_one_shard_for_good(event_id: str) -> None:
    shard = shard_of(event_id)
    assert shard == shard_of(event_id)
    assert in_shard("LOOK", shard) in shards_of("LOOK")


def test_shards_are_known_by_their_names_and_the_first_as_before() -> None:
    assert shards_of("LOOK") == ["LOOK", *(f"LOOK#{n}" for n in range(1, SHARDS))]
    # What is stored goes by these numbers: another way to find them would lose it.
    assert [shard_of(f"ev-{n}") for n in range(6)] == [0, 2, 0, 2, 1, 3]


def test_events_are_spread_evenly() -> None:
    counts = [0] * SHARDS
    for number in range(8_000):
        counts[shard_of(f"course-{number}")] += 1
    assert max(counts) < 1.2 * min(counts)
