"""GET /v1/budget: by rate class and by host."""

from __future__ import annotations

from lectern_testing.lms.api import Lms


def test_use_and_rest_are_told_by_class_and_host(lms: Lms) -> None:
    store, now = lms.parts.budgets(), lms.parts.now()
    for _ in range(3):
        store.take_host("default", now, "h-1", 100)
        store.take_day("default", now, "heavy", None)

    budget = lms.get("/v1/budget").json

    heavy = next(each for each in budget["classes"] if each["rate_class"] == "heavy")
    assert (heavy["used"], heavy["limit"], heavy["left"]) == (3, 60_000, 59_997)
    assert budget["hosts"] == [{"host_id": "h-1", "used": 3, "limit": 100, "left": 97}]
    assert budget["day"] == now.date().isoformat()


def test_an_untouched_day_has_everything_left(lms: Lms) -> None:
    budget = lms.get("/v1/budget").json

    assert [each["used"] for each in budget["classes"]] == [0, 0, 0]
    assert budget["hosts"] == []
