"""What is used today of Zoom's limits, and what is left."""

from __future__ import annotations

from datetime import UTC, date

from lectern.api.answers import Answer
from lectern.api.calls import Call
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.views import View
from lectern.domain.budget import HOST_CHANGES_A_DAY, PER_DAY, PER_SECOND
from lectern.domain.settings import DEFAULT_CONNECTION


class ClassUse(View):
    """The calls of a rate class today; ``null`` where Zoom publishes no limit a day."""

    rate_class: str
    used: int
    limit: int | None
    left: int | None
    limit_per_second: int


class HostUse(View):
    """The creates and updates of a host's meetings today."""

    host_id: str
    used: int
    limit: int
    left: int


class BudgetView(View):
    """Today's use of an account's limits, up to 00:00 UTC."""

    connection: str
    day: date
    plan: str
    classes: list[ClassUse]
    hosts: list[HostUse]


def get_budget(_call: Call[None, Query], parts: Parts) -> Answer:
    """Tells today's use and rest of Zoom's limits."""
    now, plan = parts.now(), parts.account_limits(DEFAULT_CONNECTION).plan()
    used = parts.budgets().used_on(DEFAULT_CONNECTION, now)
    return Answer(
        BudgetView(
            connection=DEFAULT_CONNECTION,
            day=now.astimezone(UTC).date(),
            plan=plan.value,
            classes=[
                _class_use(name, used.classes.get(name, 0), PER_DAY[plan].get(name), per_second)
                for name, per_second in PER_SECOND[plan].items()
            ],
            hosts=[
                HostUse(
                    host_id=host_id,
                    used=count,
                    limit=HOST_CHANGES_A_DAY,
                    left=max(0, HOST_CHANGES_A_DAY - count),
                )
                for host_id, count in sorted(used.hosts.items())
            ],
        )
    )


def _class_use(name: str, used: int, limit: int | None, per_second: int) -> ClassUse:
    left = None if limit is None else max(0, limit - used)
    return ClassUse(rate_class=name, used=used, limit=limit, left=left, limit_per_second=per_second)
