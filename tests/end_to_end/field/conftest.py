"""A cloud in which all scenarios that were chosen are played, most of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

pytest.register_assert_rewrite("end_to_end.field", "lectern_testing.over_http.scenario")

from lectern_testing.over_http.company import Company  # noqa: E402 - after what is rewritten
from local.cloud import LocalCloud  # noqa: E402

PARAMETERS = {"FoldSeconds": "1", "AttendanceDelaySeconds": "2"}
SHARDS = 4
REPORTS_AT_ONCE = {"ready_after_seconds": 0, "complete_after_seconds": 0}


@pytest.fixture(scope="module")
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    """Plays what pytest chose, from the first test on."""
    chosen: dict[Any, None] = {
        item.callspec.params["scenario"]: None
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    }
    with LocalCloud(parameters=PARAMETERS, shards=SHARDS) as cloud:
        seed = {"reports": REPORTS_AT_ONCE}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=30).raise_for_status()
        answer = requests.put(
            f"{cloud.url}/v1/settings",
            json={"features": {"webinars": True}},
            headers={"Authorization": f"Bearer {cloud.api_key}"},
            timeout=30,
        )
        answer.raise_for_status()
        company = Company(cloud, chosen)
        yield company
        company.close()
