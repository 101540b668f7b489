"""Has moto's batches leave something over now and then, as DynamoDB's do.

DynamoDB carries out what it has room for at the moment, and names the rest; moto always carries out
all, so that nobody who forgets to look would ever notice. Seen in moto 5.2.5.
"""

from functools import wraps
from itertools import count
from typing import Any

from moto.dynamodb.responses import DynamoHandler

EVERY = 25
"""One batch in so many leaves its last part over; one of a single part never does."""

_LEFT_OVER = {"batch_get_item": "UnprocessedKeys", "batch_write_item": "UnprocessedItems"}


def install(every: int = EVERY) -> None:
    """Has moto do so, in this process; once."""
    for name, told_as in _LEFT_OVER.items():
        as_it_came = getattr(DynamoHandler, name)
        if not hasattr(as_it_came, "leaves_over"):
            setattr(DynamoHandler, name, _leaving_over(as_it_came, told_as, every))


def _leaving_over(as_it_came: Any, told_as: str, every: int) -> Any:  # noqa: ANN401 (moto is not typed)
    batches = count(1)

    @wraps(as_it_came)
    def batch(handler: Any) -> Any:  # noqa: ANN401
        [table, *others] = handler.body["RequestItems"]
        asked = handler.body["RequestItems"][table]
        parts = asked["Keys"] if isinstance(asked, dict) else asked
        if others or len(parts) == 1 or next(batches) % every:
            return as_it_came(handler)
        rest = parts.pop()
        answer = as_it_came(handler)
        answer._result[told_as] = {  # noqa: SLF001 - of moto's own, and there is no other way to it
            table: {**asked, "Keys": [rest]} if isinstance(asked, dict) else [rest]
        }
        return answer

    batch.leaves_over = True  # type: ignore[attr-defined]
    return batch
