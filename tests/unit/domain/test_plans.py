"""By which of Zoom's plans an account's limits go."""

from __future__ import annotations

import pytest

from lectern.domain.limits.budget import Plan
from lectern.domain.limits.plan_usage import PlanUsage


@pytest.mark.parametrize(
    ("names", "plan"),
    [
        ((), None),
        (("monthly",), Plan.PRO),
        (("plan_pro_three_years",), Plan.PRO),
        (("pro_zpp_monthly",), Plan.PRO),
        (("something_new",), Plan.PRO),
        (("recorporated",), Plan.PRO),
        (("business_yearly",), Plan.BUSINESS),
        (("yearly", "Zoom_One_Business_Plus_yearly"), Plan.BUSINESS),
        (("zobp_usca_monthly_unlimited",), Plan.BUSINESS),
        (("corp_yearly",), Plan.BUSINESS),
        (("edu_20",), Plan.BUSINESS),
        (("enterprise_monthly",), Plan.BUSINESS),
    ],
)
def test_the_limits_go_by_the_highest_plan_that_is_understood(
    names: tuple[str, ...], plan: Plan | None
) -> None:
    assert PlanUsage(base_plans=names).limits is plan
