"""What others use up of Zoom's daily limits: other apps of the account, known to Zoom alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from zoom_simulator.account.users import require_user
from zoom_simulator.actions.action import Action, OnSession
from zoom_simulator.operations import RateClass
from zoom_simulator.world import World

Calls = Annotated[int, Field(ge=1)]


class SpendHostDay(Action):
    """Another app creates and updates sessions of a host."""

    action: Literal["spend_host_day"]
    email: str
    calls: Calls

    @override
    def apply(self, world: World) -> None:
        host = require_user(world, self.email)
        world.limits.spend_host_writes(host.id, self.calls, world.now())


class SpendRegistrantDay(OnSession):
    """Another app registers a person for a session, or changes the status of the registration."""

    action: Literal["spend_registrant_day"]
    email: str
    calls: Calls
    of: Literal["registrations", "status_changes"] = "registrations"

    @override
    def apply(self, world: World) -> None:
        spend = {
            "registrations": world.limits.spend_registrations,
            "status_changes": world.limits.spend_status_changes,
        }[self.of]
        spend(self.session(world), self.email, self.calls, world.now())


class SpendAccountDay(Action):
    """Other apps make calls of a class."""

    action: Literal["spend_account_day"]
    rate_class: RateClass
    calls: Calls

    @override
    def apply(self, world: World) -> None:
        world.limits.spend(self.rate_class, self.calls, world.now())
