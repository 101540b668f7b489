"""Partitions that all events of a stack would share, spread over several, and read in order.

DynamoDB takes a thousand writes a second to a partition of an index, and an index that falls behind
holds up the writes of its table. So each of those partitions is several: an event's own shard goes
by its id, and a reader puts the shards together again. The first shard has the name that the
partition had while it was one: what was written then is found there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from heapq import merge
from zlib import crc32

from lectern.store.page import Page

SHARDS = 4
"""A new table on demand takes four thousand writes a second, so that no index is narrower than it.
More can be found only by a version that knows them: first read more, in a version before."""


def shard_of(event_id: str) -> int:
    """The number of the shard that an event belongs to, for good.

    Example:
        >>> shard_of("ev-1")
        2
    """
    return crc32(event_id.encode()) % SHARDS


def in_shard(partition: str, shard: int) -> str:
    """The name of one shard of a partition.

    Example:
        >>> in_shard("LOOK", 0), in_shard("LOOK", 3)
        ('LOOK', 'LOOK#3')
    """
    return f"{partition}#{shard}" if shard else partition


def shards_of(partition: str) -> list[str]:
    """The names of all shards of a partition."""
    return [in_shard(partition, shard) for shard in range(SHARDS)]


def share_of(limit: int) -> int:
    """How many positions are asked of each shard for a page of so many of all.

    Ids fall evenly into shards, so that of a long page each has about a quarter: twice as many and
    some are nearly always enough, and where they are not, the page is short and goes on. One more
    than can be taken tells whether anything comes after.

    Example:
        >>> share_of(5), share_of(100)
        (6, 59)
    """
    return min(limit, 8 + 2 * limit // SHARDS) + 1


def merged(pages: Sequence[Page[str]], limit: int) -> Page[str]:
    """The first positions of all shards, from a page of each that began after the same position.

    A page that is not the last of its shard says nothing of what comes after its end, so that
    nothing beyond the first such end is taken.

    Args:
        pages: Positions in order, a page of each shard.
        limit: How many are wanted at most.

    Returns:
        Positions in order, and the last of them, if there may be more.
    """
    known = list(merge(*(page.items for page in pages)))
    ends = [page.next_after for page in pages if page.next_after is not None]
    certain = bisect_right(known, min(ends)) if ends else len(known)
    taken = known[: min(certain, limit)]
    if len(taken) == len(known) and not ends:
        return Page(taken, None)
    return Page(taken, taken[-1] if taken else min(ends))
