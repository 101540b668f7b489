"""List prices of AWS, in US dollars, and what something cost by them.

Of us-east-1, without the free tier: https://aws.amazon.com/step-functions/pricing/,
https://aws.amazon.com/lambda/pricing/ (arm64), https://aws.amazon.com/dynamodb/pricing/on-demand/,
https://aws.amazon.com/api-gateway/pricing/ (REST), https://aws.amazon.com/sqs/pricing/,
https://aws.amazon.com/eventbridge/pricing/ (Scheduler).
"""

from dataclasses import asdict, dataclass
from types import MappingProxyType

MILLION = 1_000_000

PRICES = MappingProxyType(
    {
        "transition": 25.00 / MILLION,
        "gb_second": 13.3334 / MILLION,
        "invocation": 0.20 / MILLION,
        "write_unit": 0.625 / MILLION,
        "read_unit": 0.125 / MILLION,
        "api_request": 3.50 / MILLION,
        "standard_queue_request": 0.40 / MILLION,
        "fifo_queue_request": 0.50 / MILLION,
        "scheduled_invocation": 1.00 / MILLION,
    }
)
"""The price of one of each."""


@dataclass(frozen=True)
class Quantities:
    """What is paid for."""

    transitions: float = 0
    gb_seconds: float = 0
    invocations: float = 0
    write_units: float = 0
    read_units: float = 0
    api_requests: float = 0
    standard_queue_requests: float = 0
    fifo_queue_requests: float = 0
    scheduled_invocations: float = 0


@dataclass(frozen=True)
class Bill:
    """What it costs, by service, in US dollars."""

    step_functions: float
    lambda_: float
    dynamodb: float
    api_gateway: float
    sqs: float
    scheduler: float

    @property
    def total(self) -> float:
        """All services together."""
        return sum(self.by_service().values())

    def by_service(self) -> dict[str, float]:
        """Each service by its name."""
        return {name.rstrip("_"): dollars for name, dollars in asdict(self).items()}


def bill_of(used: Quantities) -> Bill:
    """The price of what was used.

    Example:
        >>> round(bill_of(Quantities(transitions=1_000_000)).total, 6)
        25.0
    """
    return Bill(
        step_functions=used.transitions * PRICES["transition"],
        lambda_=used.gb_seconds * PRICES["gb_second"] + used.invocations * PRICES["invocation"],
        dynamodb=used.write_units * PRICES["write_unit"] + used.read_units * PRICES["read_unit"],
        api_gateway=used.api_requests * PRICES["api_request"],
        sqs=used.standard_queue_requests * PRICES["standard_queue_request"]
        + used.fifo_queue_requests * PRICES["fifo_queue_request"],
        scheduler=used.scheduled_invocations * PRICES["scheduled_invocation"],
    )
