"""What a batch leaves over is asked for again: after a pause, and not for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from lectern.api.http.problems import TooManyRequests, http_error_of
from lectern.store.leftovers import LEFTOVERS_MOST
from lectern.store.table import Table
from lectern_testing.table import make_table
from local.moto import leftovers

ITEMS = [{"PK": "p", "SK": f"s-{n:03}", "value": n} for n in range(130)]
KEYS = [{"PK": "p", "SK": f"s-{n:03}"} for n in range(130)]


class Refusing:
    """A client whose batches carry out only so much, or nothing at all."""

    def __init__(self, client: Any, takes: Callable[[int], int]) -> None:
        self._client, self._takes = client, takes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - boto3's
        [(table, asked)] = RequestItems.items()
        now = asked["Keys"][: self._takes(len(asked["Keys"]))]
        answer: Any = {"Responses": {table: []}}
        if now:
            answer = self._client.batch_get_item(RequestItems={table: {**asked, "Keys": now}})
        rest = asked["Keys"][len(now) :]
        return {**answer, "UnprocessedKeys": {table: {**asked, "Keys": rest}} if rest else {}}

    def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803
        [(table, asked)] = RequestItems.items()
        now = asked[: self._takes(len(asked))]
        if now:
            self._client.batch_write_item(RequestItems={table: now})
        rest = asked[len(now) :]
        return {"UnprocessedItems": {table: rest} if rest else {}}


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("dynamodb", region_name="eu-west-1")


def a_table(client: Any, takes: Callable[[int], int]) -> tuple[Table, list[float]]:
    pauses: list[float] = []
    return Table(Refusing(client, takes), make_table(client), pauses.append), pauses  # type: ignore[arg-type]


def test_all_is_written_and_read_with_a_pause_before_each_leftover(client: Any) -> None:
    table, pauses = a_table(client, lambda asked: max(1, asked - 3))
    table.put_many(ITEMS)
    assert pauses
    pauses.clear()

    found = table.get_many(KEYS)

    assert sorted(item["SK"] for item in found) == [item["SK"] for item in ITEMS]
    assert pauses
    table.delete_many(KEYS)
    assert table.get_many(KEYS) == []


@pytest.mark.parametrize("do", [lambda t: t.get_many(KEYS), lambda t: t.put_many(ITEMS)])
def test_a_table_that_takes_nothing_is_given_up_as_one_that_throttles(client: Any, do: Any) -> None:
    table, pauses = a_table(client, lambda _: 0)

    with pytest.raises(ClientError) as caught:
        do(table)

    assert isinstance(http_error_of(caught.value), TooManyRequests)
    assert len(pauses) == LEFTOVERS_MOST
    longest = [min(2.0, 0.05 * 2**n) for n in range(LEFTOVERS_MOST)]
    assert all(0 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert len(set(pauses)) > 1, "with jitter"


def test_without_leftovers_nobody_waits(client: Any) -> None:
    table, pauses = a_table(client, lambda asked: asked)
    table.put_many(ITEMS)
    table.get_many(KEYS)
    assert pauses == []


@pytest.fixture
def every_batch_leaves_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("batch_get_item", "batch_write_item"):
        monkeypatch.setattr(DynamoHandler, name, getattr(DynamoHandler, name))
    leftovers.install(every=1)


@pytest.mark.usefixtures("every_batch_leaves_over")
def test_the_local_cloud_leaves_something_over(client: Any) -> None:
    pauses: list[float] = []
    table = Table(client, make_table(client), pauses.append)

    table.put_many(ITEMS[:4])

    # Four, then what each time the last one leaves; one alone is never left over.
    assert len(pauses) == 1
    assert len(table.get_many(KEYS)) == 4
    assert len(pauses) > 1
