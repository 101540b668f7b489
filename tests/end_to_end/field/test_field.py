"""What people reported of such integrations, through the whole local cloud, as an LMS sees it."""

from __future__ import annotations

from importlib import import_module

import pytest

from lectern_testing.over_http.company import SCENARIOS, Company, Scenario

for name in (
    "one_answer",
    "what_zoom_says",
    "unsaid",
    "account_rules",
    "hosts",
    "other_words",
    "by_hand",
    "reports",
    "small_ones",
    "attacks",
    "whole_account",
):
    import_module(f"end_to_end.field.{name}")


# The first to be asked for waits for the cloud, and each one for those that go before it.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_ends_well(company: Company, scenario: Scenario) -> None:
    company.show(scenario)
