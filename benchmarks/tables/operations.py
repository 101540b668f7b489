"""What each operation takes and costs, from the meter of the local cloud."""

from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Response

from benchmarks.tables.lms_platform import Platform
from benchmarks.tables.operation import MILLION, SERVICES, measure
from benchmarks.tables.report import Chart, Report, number
from benchmarks.tables.workload import BATCH, operations_of
from local.cloud import LocalCloud
from local.servers import Server

NAME = "operations"
PARAMETERS = {"AttendanceDelaySeconds": "2"}

Json = Any
"""What can be written as JSON."""


def run(only: Sequence[str] = ()) -> Report:
    """Measures all operations; with names, those whose names begin so."""
    cloud = LocalCloud(parameters=PARAMETERS, fires_schedules=False)
    with cloud, Server(Response()) as lms:
        platform = Platform(cloud)
        platform.zoom("POST", "/seed", {"registrant_capacity": BATCH + 1_000})
        platform.make("warm", 100)
        chosen = [
            each
            for each in operations_of(platform, lms.url)
            if not only or any(each.name.startswith(name) for name in only)
        ]
        return report_of([measure(platform, operation) for operation in chosen])


HEAD = (
    "operation",
    "executions",
    "transitions",
    "invocations",
    "function ms",
    "WRU",
    "RRU",
    "SQS",
    "Zoom",
    "s",
    "US$ a million",
    "at most",
    "dearest",
)


def report_of(measured: Sequence[Json]) -> Report:
    """The table of what was measured, and its picture."""
    labels = [each["operation"] for each in measured]
    by_service = {
        shown: [round(MILLION * each["usd"][name], 2) for each in measured]
        for name, shown in SERVICES.items()
    }
    chart = Chart("operations", "What a million of each cost", "stacked", "US$", labels, by_service)
    return Report(NAME, HEAD, [row_of(each) for each in measured], list(measured), [chart])


def row_of(figures: Json) -> list[str]:
    """A line of the table."""
    whole = sum(figures["usd"].values())
    dearest = max(SERVICES, key=lambda name: figures["usd"][name])
    share = figures["usd"][dearest] / whole if whole else 0
    return [
        figures["operation"],
        number(figures["executions"]),
        number(figures["transitions"]),
        number(figures["invocations"]),
        number(figures["milliseconds"]),
        number(figures["write_units"]),
        number(figures["read_units"]),
        number(figures["queue_requests"]),
        number(sum(figures["zoom_calls"].values())),
        number(figures["seconds"]),
        number(figures["usd_a_million"]),
        number(figures["at_most"]),
        f"{SERVICES[dearest]} {share:.0%}",
    ]
