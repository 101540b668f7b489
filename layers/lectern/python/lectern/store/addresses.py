"""Who has an e-mail address, in whatever event: read off the index of enrollments by address."""

from __future__ import annotations

from collections.abc import Iterator

from lectern.domain.enrollment import Enrollment
from lectern.store import keys
from lectern.store.items import enrollment_of
from lectern.store.table import Expression, Table

MOST_USERS = 20
"""More have one address only by mistake, and whoever looks is shown that it is not one person's."""
_BEFORE_ALL = "#"
"""Sorts before whatever an id begins with."""


class AddressIndex:
    """Enrollments by the addresses that the LMS gave for them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def people(self, email: str) -> list[Enrollment]:
        """One enrollment with an address of each user who has any, by user."""
        places = self._one_of_each_user(email)
        items = self._table.get_many(keys.enrollment(event_id, user) for user, event_id in places)
        return sorted(map(enrollment_of, items), key=lambda each: each.user_id)

    def _one_of_each_user(self, email: str) -> Iterator[tuple[str, str]]:
        """The users with an event of each: whoever is in many is passed over by one query."""
        partition, after = keys.enrollment_of_address(email, "", "")["GSI3PK"], _BEFORE_ALL
        for _ in range(MOST_USERS):
            condition = Expression(
                "#GSI3PK = :address AND #GSI3SK > :after",
                {":address": partition, ":after": after},
            )
            page = self._table.query(condition, index=keys.GSI3, limit=1)
            if not page.items:
                return
            user_id, _, event_id = page.items[0]["GSI3SK"].partition("#")
            yield user_id, event_id
            after = f"{user_id}#~"
