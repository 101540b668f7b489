"""Log lines and counts for operators, with next to nothing to import.

Metrics are log lines in CloudWatch's embedded metric format, by which counting takes no call:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_correlation: ContextVar[str | None] = ContextVar("correlation", default=None)


@contextmanager
def correlated(identifier: str | None) -> Iterator[None]:
    """Has every line of the log that is written meanwhile say what it belongs to.

    Args:
        identifier: The id of the request to the API that set it going, or the name of the
            execution that does the work.
    """
    token = _correlation.set(identifier)
    try:
        yield
    finally:
        _correlation.reset(token)


def correlation_id() -> str | None:
    """What is being done belongs to this, if that is known."""
    return _correlation.get()


def counts_line(function: str, counts: Mapping[str, int], now: float) -> str:
    """The line by which CloudWatch counts.

    Args:
        function: The function's name, by which the alarms of one stack find its metrics.
        counts: How many, by name of the metric.
        now: Epoch seconds.
    """
    metrics = {
        "Namespace": os.environ["POWERTOOLS_METRICS_NAMESPACE"],
        "Dimensions": [["function"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in counts],
    }
    declared = {"Timestamp": int(now * 1000), "CloudWatchMetrics": [metrics]}
    return json.dumps({"_aws": declared, "function": function, **counts})


def measure(name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
    """Has CloudWatch note a value, of the running function as a whole and by what it is of.

    Args:
        name: The metric's name.
        value: The value; a count adds up, a gauge is read by its maximum.
        unit: What it is in.
        dimensions: What it is of, such as ``code="no_licence"``: of few values, and of nobody.

    Example:
        >>> measure("ZoomRateLimited", 1, rate_class="heavy")  # doctest: +SKIP
    """
    told = {"function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""), **dimensions}
    by = [["function"], *([list(told)] if dimensions else [])]
    metrics = {
        "Namespace": os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "Lectern"),
        "Dimensions": by,
        "Metrics": [{"Name": name, "Unit": unit}],
    }
    declared = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metrics]}
    sys.stdout.write(json.dumps({"_aws": declared, **told, name: value}) + "\n")


class JsonLog:
    """A log of JSON lines, for functions that start with next to nothing.

    ``JsonLog("lectern.join").info("answered", status=200)`` writes
    ``{"message": "answered", "status": 200}``.
    """

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(name)
        self._log.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))

    def info(self, message: str, **fields: object) -> None:
        """Writes what is as it should be."""
        self._log.info(_line(message, fields))

    def error(self, message: str, **fields: object) -> None:
        """Writes a fault that operators look for."""
        self._log.error(_line(message, fields))


def _line(message: str, fields: Mapping[str, object]) -> str:
    belongs = {"correlation_id": _correlation.get()} if _correlation.get() else {}
    return json.dumps({"message": message, **belongs, **fields})


def place_of(error: Exception) -> dict[str, Any]:
    """Describes an unexpected fault by its place; its text can quote an item with its people."""
    trace = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "where": [f"{Path(frame.filename).name}:{frame.lineno}" for frame in trace],
    }
