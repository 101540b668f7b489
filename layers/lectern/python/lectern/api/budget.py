"""The endpoint that shows how much of Zoom's limits is used today, and how much is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from lectern.api.connections.body import ConnectionQuery
from lectern.api.connections.endpoints import known_connection
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.request import Request
from lectern.api.http.response import Response
from lectern.api.http.views import View
from lectern.domain.limits.budget import HOST_CHANGES_A_DAY, PER_DAY, PER_SECOND, Plan
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.store.budget import DayOfUse


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


class ClosedView(View):
    """A limit that Zoom itself said is used up; nothing of it is tried before then."""

    concerns: Literal["account", "host"]
    name: str = Field(description="A rate class or an operation of the account; a host's id.")
    until: AwareDatetime


class BudgetView(View):
    """Today's use of an account's limits, up to 00:00 UTC."""

    connection: str
    day: date
    plan: str
    classes: list[ClassUse]
    hosts: list[HostUse]
    closed: list[ClosedView]


def get_budget(request: Request[None, ConnectionQuery], dependencies: ApiDependencies) -> Response:
    """Tells today's use and rest of Zoom's limits."""
    name, now = request.query.connection, dependencies.now()
    if name != DEFAULT_CONNECTION:
        known_connection(name, dependencies)
    plan = dependencies.account_limits(name).plan()
    used = dependencies.budgets().used_on(name, now)
    return Response(
        BudgetView(
            connection=name,
            day=now.astimezone(UTC).date(),
            plan=plan.value,
            classes=[_class_use(name, used, plan) for name in PER_SECOND[plan]],
            hosts=[_host_use(host_id, used) for host_id in sorted(used.hosts)],
            closed=[*_closed("account", used.closed), *_closed("host", used.closed_hosts)],
        )
    )


def _class_use(name: str, used: DayOfUse, plan: Plan) -> ClassUse:
    count, limit = used.classes.get(name, 0), PER_DAY[plan].get(name)
    left = None if limit is None else max(0, limit - count)
    return ClassUse(
        rate_class=name,
        used=count,
        limit=limit,
        left=0 if name in used.closed else left,
        limit_per_second=PER_SECOND[plan][name],
    )


def _host_use(host_id: str, used: DayOfUse) -> HostUse:
    count = used.hosts[host_id]
    left = 0 if host_id in used.closed_hosts else max(0, HOST_CHANGES_A_DAY - count)
    return HostUse(host_id=host_id, used=count, limit=HOST_CHANGES_A_DAY, left=left)


def _closed(
    concerns: Literal["account", "host"], until: Mapping[str, datetime]
) -> Iterator[ClosedView]:
    for name, moment in sorted(until.items()):
        yield ClosedView(concerns=concerns, name=name, until=moment)
