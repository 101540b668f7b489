"""The licences of a Zoom account, paid for and free, read from Zoom's plan usage."""

from __future__ import annotations

import re

from pydantic import Field

from lectern.domain.limits.budget import Plan
from lectern.domain.model import DomainModel

_OF_BUSINESS = re.compile(
    r"(^|_)(business|biz|zobp|corp|corporate|ent|enterprise|edu|education|campus|partner)(_|$|\d)"
)


class PlanUsage(DomainModel):
    """The account's plans; what Zoom does not tell is ``None``.

    Attributes:
        base_plans: Zoom's names of the plans that its users have, such as ``business_yearly``.
        free_hosts: How many users could be given a licence.
        free_webinars: How many hosts could be given a webinar licence, by how many people it holds.
        has_webinars: Whether the account has webinars at all.
    """

    base_plans: tuple[str, ...] = ()
    free_hosts: int | None = None
    free_webinars: dict[int, int] = Field(default_factory=dict)
    has_webinars: bool | None = None

    @property
    def limits(self) -> Plan | None:
        """The plan that the account's limits go by; ``None`` where no name of a plan is known.

        A name that is not understood counts as Pro: who keeps to the lower limits breaks none.
        """
        if not self.base_plans:
            return None
        of_business = any(_OF_BUSINESS.search(name.casefold()) for name in self.base_plans)
        return Plan.BUSINESS if of_business else Plan.PRO
