"""The plan usage of a Zoom account, read leniently: Zoom's document of it is not public.

Source: Zoom's billing API (``plan_base``, ``plan_webinar``, …, each with ``type``, ``hosts`` and
``usage``), and its names of plans, such as ``webinar500_monthly``. Licences of users are in
``plan_base`` or in a bundle (``plan_united``, ``plan_zoom_one``), or in both.
"""

from __future__ import annotations

import re
from typing import Any

from lectern.domain.limits.plan_usage import PlanUsage
from lectern.zoom import operations as zoom
from lectern.zoom.client import ZoomRequests

OWN_ACCOUNT = "me"
"""The account that the credentials belong to."""

_BASES = re.compile(r"plan_(base|united|zoom_one.*)")
_WITH_WEBINARS = ("plan_webinar", "plan_zoom_events")
_SIZE = re.compile(r"webinar_?(\d+)")


def read_plan_usage(calls: ZoomRequests) -> PlanUsage:
    """Reads the licences that the account pays for and uses.

    Raises:
        ZoomError: In its classes; ``ZoomRejected`` or ``ZoomNotFound`` where the account's kind
            has no plan usage to be read.
    """
    return plan_usage(calls.make(zoom.GET_PLAN_USAGE, path={"account_id": OWN_ACCOUNT}))


def plan_usage(answer: dict[str, Any]) -> PlanUsage:
    """Zoom's answer in our form; what is not understood is not known."""
    bases = [plan for name in answer if _BASES.fullmatch(name) for plan in _plans(answer[name])]
    free = [count for count in map(_free, bases) if count is not None]
    with_webinars = [plan for name in _WITH_WEBINARS for plan in _plans(answer.get(name))]
    return PlanUsage(
        base_plans=tuple(str(plan["type"]) for plan in bases if plan.get("type")),
        free_hosts=sum(free) if free else None,
        free_webinars=_free_webinars(_plans(answer.get("plan_webinar"))),
        has_webinars=any(_number(plan, "hosts") != 0 for plan in with_webinars) if answer else None,
    )


def _free_webinars(plans: list[dict[str, Any]]) -> dict[int, int]:
    free: dict[int, int] = {}
    for plan in plans:
        size = _SIZE.search(str(plan.get("type")).casefold())
        if size:
            free[int(size[1])] = free.get(int(size[1]), 0) + (_free(plan) or 0)
    return free


def _free(plan: dict[str, Any]) -> int | None:
    hosts, usage = _number(plan, "hosts"), _number(plan, "usage")
    return None if hosts is None or usage is None else max(0, hosts - usage)


def _number(plan: dict[str, Any], name: str) -> int | None:
    value = plan.get(name)
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


def _plans(said: object) -> list[dict[str, Any]]:
    """One plan or several, however Zoom lists them."""
    several = said if isinstance(said, list) else [said]
    return [plan for plan in several if isinstance(plan, dict)]
