"""Whose limits a Zoom account has: those of the plan that the template names, or that Zoom says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from lectern.domain.errors import ZoomError
from lectern.domain.limits.budget import Lane, Plan
from lectern.domain.model import DomainModel, Instant
from lectern.store.zoom_cache import ZoomCache
from lectern.zoom.account import ZoomAccount

CAUTIOUS = Plan.PRO
"""While the plan is not known: who keeps to the lower limits breaks none."""

ASK_AGAIN = timedelta(days=1)
"""Plans seldom change, and Zoom's answer is a HEAVY call."""

ASK_AGAIN_WHERE_UNSAID = timedelta(hours=1)
"""The scope may be granted meanwhile."""

_KEPT_FOR = timedelta(days=7)
_REMEMBERED_FOR = timedelta(minutes=5)
_ABOUT = "LIMITS"


class PlanSaid(DomainModel):
    """The plan that an account's limits go by, as far as Zoom said."""

    plan: Plan | None
    ask_again_at: Instant


class AccountLimits:
    """Whose limits one connection has.

    Args:
        connection: The Zoom account.
        answers: What Zoom lately answered.
        fixed: The plan that the template names; ``None`` to have it found.
        now: The clock.
    """

    def __init__(
        self,
        connection: str,
        answers: ZoomCache,
        fixed: Plan | None,
        now: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._answers = answers
        self._fixed = fixed
        self._now = now
        self._remembered: tuple[Plan, datetime] | None = None

    def plan(self) -> Plan:
        """The plan; looked up in the table every few minutes, and never at Zoom."""
        if self._fixed is not None:
            return self._fixed
        now = self._now()
        if self._remembered is None or self._remembered[1] <= now:
            said = self._said()
            plan = (said and said.plan) or CAUTIOUS
            self._remembered = plan, now + _REMEMBERED_FOR
        return self._remembered[0]

    def find(self, account: ZoomAccount) -> None:
        """Asks Zoom for the plan, if it is time to; what Zoom does not say stays as it was."""
        said = self._said()
        if self._fixed is None and (said is None or said.ask_again_at <= self._now()):
            self._ask(account, known=said.plan if said else None)

    def find_anew(self, account: ZoomAccount) -> None:
        """Asks Zoom for the plan of an account that may be another one than before."""
        if self._fixed is None:
            self._ask(account, known=None)

    def _ask(self, account: ZoomAccount, *, known: Plan | None) -> None:
        try:
            plan = account.in_lane(Lane.BACKGROUND).plan_usage().limits
        except ZoomError:
            # A scope that is missing, or an outage: neither keeps anything from going on.
            plan = None
        now = self._now()
        again = ASK_AGAIN if plan else ASK_AGAIN_WHERE_UNSAID
        said = PlanSaid(plan=plan or known, ask_again_at=now + again)
        self._answers.keep(self._connection, _ABOUT, said, now + _KEPT_FOR)
        self._remembered = None

    def _said(self) -> PlanSaid | None:
        return self._answers.recent(self._connection, _ABOUT, PlanSaid, self._now())
