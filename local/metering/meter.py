"""The meter: all that was used since it was set back, from wherever it is counted."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from local.metering.counts import Counts
from local.metering.functions import FunctionMeter
from local.metering.prices import Quantities, bill_of
from local.template import STACK

Json = Any
"""What can be written as JSON."""
Fetch = Callable[[str, str], Json]
"""The answer to a method at an address."""

REQUESTS = "api_gateway.requests"
FIRED = "scheduler.invocations"
_SECONDS = 60
_REFUSED = 400
_QUEUE_OPERATIONS = "sqs."


def fetch(method: str, url: str) -> Json:
    """Asks a part of the local cloud that runs in another process."""
    answer = requests.request(method, url, timeout=_SECONDS)
    answer.raise_for_status()
    return answer.json()


class Meter:
    """Reads the counters of AWS's stand-in, of the functions, of the front and of the simulator.

    Args:
        aws_counts_url: where AWS's stand-in shows its counts.
        zoom_url: the simulator's address; nothing where Zoom is elsewhere.
        fetch: asks there.
        now: the time.
    """

    def __init__(
        self,
        aws_counts_url: str,
        zoom_url: str | None,
        fetch: Fetch = fetch,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.functions = FunctionMeter()
        self.requests = Counts()
        self._aws_counts_url = aws_counts_url
        self._zoom_counts_url = f"{zoom_url}/_sim/counts" if zoom_url else None
        self._fetch = fetch
        self._now = now
        self._since = now()
        self._zoom_before: Counter[tuple[str, str]] = Counter()

    def forget(self) -> None:
        """Begins anew."""
        self._fetch("DELETE", self._aws_counts_url)
        self.functions.forget()
        self.requests.forget()
        self._zoom_before = self._zoom_calls()
        self._since = self._now()

    def read(self) -> dict[str, Json]:
        """What was used, by service, and its price."""
        aws = self._fetch("GET", self._aws_counts_url)
        counts = aws["counts"]
        used = {
            "step_functions": _step_functions(counts, aws["executions_running"]),
            "lambda": self.functions.by_function(),
            "dynamodb": _dynamodb(counts),
            "sqs": _sqs(counts),
            "api_gateway": {"requests": dict(self.requests.of(REQUESTS))},
            "scheduler": {"invocations": dict(self.requests.of(FIRED))},
            "secrets_manager": {"requests": counts.get("secrets_manager.requests", {})},
        }
        bill = bill_of(quantities_of(used))
        return {
            "since": self._since.isoformat(timespec="milliseconds"),
            "running": {
                "executions": aws["executions_running"],
                "invocations": self.functions.count_running,
            },
            **used,
            "zoom": self._zoom(),
            "price_usd": {
                **{name: round(usd, 9) for name, usd in bill.by_service().items()},
                "total": round(bill.total, 9),
            },
        }

    def _zoom(self) -> Json:
        """Calls at Zoom by operation, those that it refused among them; nothing if unseen."""
        if self._zoom_counts_url is None:
            return None
        calls, refused = Counter[str](), Counter[str]()
        for (operation, status), count in (self._zoom_calls() - self._zoom_before).items():
            calls[operation] += count
            if not status.isdecimal() or int(status) >= _REFUSED:
                refused[f"{operation} {status}"] += count
        return {"calls": dict(calls), "refused": dict(refused)}

    def _zoom_calls(self) -> Counter[tuple[str, str]]:
        if self._zoom_counts_url is None:
            return Counter()
        found = self._fetch("GET", self._zoom_counts_url)["counts"]
        return Counter({(each["operation"], each["status"]): each["calls"] for each in found})


def quantities_of(used: Mapping[str, Json]) -> Quantities:
    """What is paid for, of what the meter shows by service."""
    functions = used["lambda"].values()
    return Quantities(
        transitions=used["step_functions"]["transitions"],
        gb_seconds=sum(each["gb_seconds"] for each in functions),
        invocations=sum(each["invocations"] for each in functions),
        write_units=used["dynamodb"]["write_units"],
        read_units=used["dynamodb"]["read_units"],
        api_requests=sum(used["api_gateway"]["requests"].values()),
        standard_queue_requests=used["sqs"]["standard"],
        fifo_queue_requests=used["sqs"]["fifo"],
        scheduled_invocations=sum(used["scheduler"]["invocations"].values()),
    )


def _step_functions(counts: Mapping[str, Json], running: int) -> dict[str, Json]:
    states = _by_machine(counts, "step_functions.states.")
    retries = _by_machine(counts, "step_functions.retries.")
    return {
        "executions": _without_stack(counts.get("step_functions.executions", {})),
        "running": running,
        "states": states,
        "retries": retries,
        "transitions": sum(
            count
            for group in (states, retries)
            for each in group.values()
            for count in each.values()
        ),
    }


def _by_machine(counts: Mapping[str, Json], prefix: str) -> dict[str, Json]:
    found = {
        what.removeprefix(prefix): each for what, each in counts.items() if what.startswith(prefix)
    }
    return _without_stack(found)


def _dynamodb(counts: Mapping[str, Json]) -> dict[str, Json]:
    def of(what: str) -> dict[str, float]:
        found: dict[str, float] = counts.get(f"dynamodb.{what}", {})
        return found

    return {
        "requests": of("requests"),
        "refused": of("refused"),
        "read_units": sum(of("read_units").values()),
        "write_units": sum(of("write_units").values()),
        "read_units_by_operation": of("read_units"),
        "write_units_by_operation": of("write_units"),
        "read_units_by_item": of("read_units_by_item"),
        "write_units_by_item": of("write_units_by_item"),
    }


def _sqs(counts: Mapping[str, Json]) -> dict[str, Json]:
    by_operation = {
        what.removeprefix(_QUEUE_OPERATIONS): _without_stack(each)
        for what, each in counts.items()
        if what.startswith(_QUEUE_OPERATIONS)
    }
    by_queue = sum((Counter(each) for each in by_operation.values()), Counter[str]())
    fifo = sum(count for queue, count in by_queue.items() if queue.endswith(".fifo"))
    return {
        "requests": by_operation,
        "standard": by_queue.total() - fifo,
        "fifo": fifo,
    }


def _without_stack(named: Mapping[str, Json]) -> dict[str, Json]:
    """Resources by the names that they have in the template."""
    return {name.removeprefix(f"{STACK}-"): value for name, value in named.items()}
