"""The self-tests of connections, each with what it used and what Zoom delivered of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from lectern.domain.meeting import Kind
from lectern.domain.validation import KEPT_FOR, Validation
from lectern.store import account_keys, keys
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, PutsConflict, Table, WriteConflict

_MOST_STARTS = 5
"""Who loses a race against another start looks which one runs; a few times are enough."""

_SPARE = timedelta(minutes=1)
"""How long after its end a self-test is left to whoever may still be ending it."""


_NOT_DUE: Item = {"GSI2PK": None, "GSI2SK": None}
"""Takes a self-test out of what the sweep has something to do for."""


class ValidationStore:
    """Self-tests by id, and those of a connection with the last one first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, validation_id: str) -> Validation | None:
        """A self-test as it is now."""
        item = self._table.get(account_keys.validation(validation_id))
        return validation_of(item) if item else None

    def start(self, validation: Validation, now: datetime) -> str:
        """Stores a new self-test, unless one of its connection is running.

        Returns:
            The id of the one that runs: this one, or the other.
        """
        for _ in range(_MOST_STARTS):
            running = self._running(validation.connection, now)
            if running is not None:
                return running
            with suppress(PutsConflict):
                self._table.put_together([*self._puts_of_new(validation, now)])
                return validation.validation_id
        raise WriteConflict(None)

    def _puts_of_new(
        self, validation: Validation, now: datetime
    ) -> Iterator[tuple[Item, Expression]]:
        free = Expression("attribute_not_exists(#PK) OR #until <= :now", {":now": keys.stamp(now)})
        running: Item = {
            **account_keys.running_validation(validation.connection),
            "validation_id": validation.validation_id,
            "until": keys.stamp(validation.ends_by),
        }
        yield running, free
        yield _item(validation), Expression("attribute_not_exists(#PK)")

    def _running(self, connection_id: str, now: datetime) -> str | None:
        item = self._table.get(account_keys.running_validation(connection_id))
        return item["validation_id"] if item and item["until"] > keys.stamp(now) else None

    def save(self, validation: Validation) -> Validation:
        """Stores how a self-test stands; once it has ended, another one can be started.

        Returns:
            The self-test with its new revision.

        Raises:
            WriteConflict: Someone else carried it on meanwhile.
        """
        was = Expression("#revision = :was", {":was": validation.revision})
        saved = validation.model_copy(update={"revision": validation.revision + 1})
        self._table.write({**_NOT_DUE, **_item(saved)}, was)
        if saved.ended_at is not None:
            self._free(saved)
        return saved

    def _free(self, validation: Validation) -> None:
        """Lets another one of the connection be started."""
        ours = Expression("#validation_id = :ours", {":ours": validation.validation_id})
        key = account_keys.running_validation(validation.connection)
        with suppress(WriteConflict):
            self._table.update(key, Change(set={"until": ""}), ours)

    def page(self, connection_id: str, *, after: str | None, limit: int) -> Page[Validation]:
        """Self-tests of a connection, the last one first, and where to read on."""
        partition = account_keys.validations_of(connection_id)
        of_connection = Expression(
            "#GSI1PK = :partition AND #GSI1SK > :after",
            {":partition": partition, ":after": after or " "},
        )
        page = self._table.query(of_connection, index=keys.GSI1, limit=limit)
        found = [self.get(account_keys.validation_at(item["GSI1SK"])) for item in page.items]
        read_on = page.items[-1]["GSI1SK"] if page.next_key and page.items else None
        return Page([each for each in found if each is not None], read_on)

    def due(self, now: datetime) -> Iterator[Validation]:
        """The self-tests that ended without anybody to say so, or left something at Zoom."""
        due = Expression(
            "#GSI2PK = :due AND #GSI2SK < :now",
            {":due": account_keys.VALIDATIONS_DUE, ":now": keys.stamp(now)},
        )
        for item in self._table.query_all(due, index=keys.GSI2):
            validation = self.get(account_keys.validation_at(item["GSI2SK"]))
            if validation is not None and _due_at(validation) is not None:
                yield validation

    def take_call(self, validation_id: str, most: int, now: datetime) -> bool:
        """Counts a call at Zoom before it is made; ``False`` where there is none left."""
        few = Expression("attribute_not_exists(#calls) OR #calls < :most", {":most": most})
        change = Change(set=_expiry(now), add={"calls": 1})
        try:
            self._table.update(account_keys.validation_calls(validation_id), change, few)
        except WriteConflict:
            return False
        return True

    def calls(self, validation_id: str) -> int:
        """How many calls at Zoom were used."""
        item = self._table.get(account_keys.validation_calls(validation_id))
        return int(item["calls"]) if item else 0

    def note_delivery(self, validation_id: str, kind: Kind, signer: str, now: datetime) -> None:
        """Notes that Zoom told of a trial session, and the connection whose secret signed it."""
        change = Change(set=_expiry(now), add={kind.value: {signer}})
        self._table.update(account_keys.validation_deliveries(validation_id), change)

    def deliveries(self, validation_id: str) -> Mapping[Kind, frozenset[str]]:
        """Whose secrets signed what Zoom told of the trial sessions, by kind."""
        item = self._table.get(account_keys.validation_deliveries(validation_id)) or {}
        return {kind: frozenset(item.get(kind.value, ())) for kind in Kind}


def validation_of(item: Item) -> Validation:
    """The self-test that an item holds."""
    return Validation.model_validate_json(item["validation"])


def _item(validation: Validation) -> Item:
    due_at = _due_at(validation)
    return {
        **account_keys.validation(validation.validation_id),
        "GSI1PK": account_keys.validations_of(validation.connection),
        "GSI1SK": account_keys.newest_first(validation.started_at, validation.validation_id),
        **(account_keys.due_validation(validation.validation_id, due_at) if due_at else {}),
        "validation": validation.model_dump_json(),
        "revision": validation.revision,
        **({} if due_at else _expiry(validation.started_at)),
    }


def _due_at(validation: Validation) -> datetime | None:
    """When the sweep has something to do; what still has to be cleaned up is kept until then."""
    return validation.clean_at if validation.ended_at else validation.ends_by + _SPARE


def _expiry(moment: datetime) -> dict[str, int]:
    return {"ttl": int((moment + KEPT_FOR).timestamp())}
