"""What goes wrong with webhooks on their way: they come twice, late, in another order, or never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebhookFaultKind(StrEnum):
    """What goes wrong with a delivery."""

    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    DROP = "drop"


class WebhookFault(BaseModel):
    """A fault, and the deliveries that it strikes.

    Attributes:
        kind: What goes wrong.
        event: The name of an event, or a pattern such as ``meeting.*``.
        times: How many deliveries it strikes; ``None`` for all to come.
        after: How many deliveries go well before.
        seconds: How long a ``delay`` lasts, by the simulator's clock.
    """

    model_config = ConfigDict(extra="forbid")

    kind: WebhookFaultKind
    event: str = "*"
    times: Annotated[int, Field(ge=1)] | None = 1
    after: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=0, le=10**9)] = 0

    def strikes(self, event: str) -> bool:
        """Whether this delivery is one that it strikes; a delivery that matches is counted."""
        if not fnmatchcase(event, self.event):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True)
class StruckDelivery:
    """What befalls one delivery."""

    kinds: frozenset[WebhookFaultKind]
    delay: timedelta


class WebhookFaults:
    """The faults in waiting, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[WebhookFault] = []

    def add(self, fault: WebhookFault) -> None:
        """Have a fault wait for its deliveries."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Have all go well."""
        self._waiting.clear()

    def waiting(self) -> list[WebhookFault]:
        """The faults that may still strike."""
        return list(self._waiting)

    def strike(self, event: str) -> StruckDelivery:
        """All that befalls a delivery; delays add up."""
        striking = [fault for fault in self._waiting if fault.strikes(event)]
        self._waiting = [fault for fault in self._waiting if fault.times != 0]
        delay = sum(f.seconds for f in striking if f.kind is WebhookFaultKind.DELAY)
        return StruckDelivery(frozenset(fault.kind for fault in striking), timedelta(seconds=delay))
