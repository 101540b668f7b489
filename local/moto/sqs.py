"""Has moto's SQS take the same time for a message, however many wait with it.

As it comes, all messages are counted three times to send one and thirty times to receive one, and
to delete one, all that there are are asked for its receipt handle twice. The answers are the same
here. Seen in moto 5.2.5.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from moto.core.utils import unix_time
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, SQSBackend

REPLACED = (
    (Queue, "attributes"),
    (Queue, "messages"),
    (Queue, "delete_message"),
    (SQSBackend, "is_message_valid_based_on_retention_period"),
)
"""Whose, and by which name; moto has no other seam."""

AS_IT_CAME = {(owner, name): vars(owner)[name] for owner, name in REPLACED}

_COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "ApproximateNumberOfMessages": "approximate_number_of_messages",
        "ApproximateNumberOfMessagesDelayed": "approximate_number_of_messages_delayed",
        "ApproximateNumberOfMessagesNotVisible": "approximate_number_of_messages_not_visible",
    }
)


def install() -> None:
    """Has moto send, receive and delete so, in this process."""
    Queue.attributes = property(_Attributes)
    Queue.messages = property(_Messages)
    Queue.delete_message = _delete
    SQSBackend.is_message_valid_based_on_retention_period = _is_kept


class _Attributes(Mapping[str, Any]):
    """A queue's attributes, of which messages are counted for those who ask how many there are."""

    def __init__(self, queue: Any) -> None:  # noqa: ANN401 (moto is not typed)
        self._queue = queue
        empty = object.__new__(Queue)
        empty.__dict__ = queue.__dict__ | {"_messages": []}
        self._others: Mapping[str, Any] = AS_IT_CAME[Queue, "attributes"].fget(empty)

    def __getitem__(self, name: str) -> object:
        count = _COUNTS.get(name)
        return getattr(self._queue, count) if count else self._others[name]

    def __contains__(self, name: object) -> bool:
        return name in self._others

    def __iter__(self) -> Iterator[str]:
        return iter(self._others)

    def __len__(self) -> int:
        return len(self._others)


class _Messages:
    """The messages that can be received, looked for as far as somebody goes through them."""

    def __init__(self, queue: Any) -> None:  # noqa: ANN401 (moto is not typed)
        self._all = queue._messages  # noqa: SLF001

    def __iter__(self) -> Iterator[Message]:
        return (message for message in self._all if message.visible and not message.delayed)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in islice(self, 1))


def _delete(queue: Any, receipt_handle: str) -> None:  # noqa: ANN401
    """Deletes the one message that has the handle; those that were received are the first."""
    if receipt_handle in queue.deleted_messages:
        return
    messages = queue._messages  # noqa: SLF001
    for place, message in enumerate(messages):
        if message.had_receipt_handle(receipt_handle):
            queue.pending_messages.discard(message)
            queue.deleted_messages.update(message.all_receipt_handles)
            del messages[place]
            return
    raise ReceiptHandleIsInvalid


def _is_kept(backend: Any, queue_name: str, message: Any) -> bool:  # noqa: ANN401
    seconds: float = backend.get_queue(queue_name).message_retention_period
    return bool(seconds + message.sent_timestamp / 1000 > unix_time())
