"""What is used today of Zoom's limits, and what is left."""

from __future__ import annotations

from lectern.api.budget import BudgetView, get_budget
from lectern.api.connections.body import ConnectionQuery
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.known import asked_connection, connection_ids

_HOSTS_SHOWN = 100


def limits_page(visit: Visit) -> Response:
    """Shows today's use by class and by host, the busiest first."""
    connection = asked_connection(visit)
    budget = visit.ask(get_budget, BudgetView, query=ConnectionQuery(connection=connection))
    hosts = sorted(budget.hosts, key=lambda each: (-each.used, each.host_id))
    return visit.page(
        "limits.html",
        connection=connection,
        connections=connection_ids(visit),
        budget=budget,
        hosts=hosts[:_HOSTS_SHOWN],
        hosts_left=max(0, len(hosts) - _HOSTS_SHOWN),
    )
