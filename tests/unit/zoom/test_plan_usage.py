"""What an account pays for is read from whatever Zoom makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from lectern.domain.limits.plan_usage import PlanUsage
from lectern.zoom.plan_usage import plan_usage
from lectern.zoom.users import LARGEST_WEBINARS, ZoomUserSettings


def test_plans_and_what_is_free_of_them_are_read() -> None:
    usage = plan_usage(
        {
            "plan_base": {"type": "business_yearly", "hosts": 100, "usage": 98},
            "plan_webinar": [
                {"type": "webinar500_yearly", "hosts": 10, "usage": 4},
                {"type": "webinar500_monthly", "hosts": 1, "usage": 0},
                {"type": "webinar1000_yearly", "hosts": 1, "usage": 3},
            ],
        }
    )

    assert usage == PlanUsage(
        base_plans=("business_yearly",),
        free_hosts=2,
        free_webinars={500: 7, 1000: 0},
        has_webinars=True,
    )


@pytest.mark.parametrize(
    ("answer", "has_webinars"),
    [
        ({}, None),
        ({"plan_base": {"type": "monthly", "hosts": 1, "usage": 1}}, False),
        ({"plan_webinar": []}, False),
        ({"plan_webinar": [{"type": "webinar100_monthly", "hosts": 0}]}, False),
        ({"plan_webinar": {"type": "webinar100_monthly", "hosts": "1"}}, True),
        ({"plan_webinar": [{"type": "webinar_of_another_kind"}]}, True),
        ({"plan_zoom_events": [{"hosts": 1}]}, True),
        ({"plan_webinar": "none"}, False),
    ],
)
def test_an_account_has_webinars_if_a_plan_says_so(
    answer: dict[str, Any], *, has_webinars: bool | None
) -> None:
    assert plan_usage(answer).has_webinars is has_webinars


def test_licences_of_bundles_are_licences() -> None:
    usage = plan_usage(
        {
            "plan_base": {"type": "yearly", "hosts": "40", "usage": "40"},
            "plan_united": {"type": "pro_zpp_monthly", "name": "Pro and Phone", "hosts": 5},
            "plan_zoom_one": [
                {"type": "zobp_usca_monthly_unlimited", "hosts": 10, "usage": 7, "pending": 1}
            ],
            "plan_zoom_rooms": {"type": "zroom_monthly", "hosts": 88, "usage": 1},
        }
    )

    assert usage.free_hosts == 3
    assert usage.base_plans == ("yearly", "pro_zpp_monthly", "zobp_usca_monthly_unlimited")


@pytest.mark.parametrize("base", [None, {}, [], {"hosts": 3}, {"hosts": None, "usage": 1}, "x"])
def test_what_is_not_understood_is_not_known(base: object) -> None:
    usage = plan_usage({"plan_base": base})

    assert usage.free_hosts is None
    assert usage.base_plans == ()
    assert usage.limits is None
    assert usage.free_webinars == {}


@pytest.mark.parametrize(
    ("feature", "capacity"),
    [
        # What is left unsaid is for Zoom to decide.
        ({}, LARGEST_WEBINARS),
        ({"webinar": False, "webinar_capacity": 500}, 0),
        ({"webinar": True, "webinar_capacity": 500}, 500),
        ({"webinar": True}, 100),
        ({"webinar": True, "webinar_capacity": None}, 100),
        ({"webinar": True, "webinar_capacity": "1000"}, 1000),
        ({"webinar": None, "webinar_capacity": 500}, LARGEST_WEBINARS),
        (
            {
                "zoom_webinars_plus_unlimited": True,
                "zoom_webinars_plus_unlimited_capacities": [10000, 500],
            },
            10000,
        ),
        ({"zoom_events": True, "zoom_events_capacity": 3000}, 3000),
        (
            {"webinar": True, "webinar_capacity": 500, "zoom_events": True},
            500,
        ),
    ],
)
def test_whatever_gives_a_user_webinars_counts(feature: dict[str, Any], capacity: int) -> None:
    assert ZoomUserSettings(feature=feature).webinar_capacity == capacity
