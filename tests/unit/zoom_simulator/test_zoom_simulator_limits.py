from __future__ import annotations

from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom, refusal
from zoom_simulator.account.seed import LimitsSeed
from zoom_simulator.rate_limits import RATES_OF_PLAN, rates_of

USER = f"/users/{HOST}"
EMAIL = "sam@students.example"
DAY_AFTER = "2030-03-18T00:00:00Z"


def statuses(
    zoom: SimulatedZoom, method: str, path: str, count: int, body: dict[str, Any] | None = None
) -> list[int]:
    return [zoom.call(method, path, body).status_code for _ in range(count)]


@pytest.mark.parametrize(("plan", "per_second"), [("free", 4), ("pro", 30), ("business", 80)])
def test_light_calls_have_a_limit_each_second(plan: str, per_second: int) -> None:
    zoom = SimulatedZoom(plan=plan)
    assert statuses(zoom, "GET", USER, per_second + 1) == [200] * per_second + [429]
    zoom.later(seconds=1)
    assert zoom.call("GET", USER).status_code == 200


def test_a_second_of_the_clock_ends_where_the_next_begins() -> None:
    zoom = SimulatedZoom(limits={"classes": {"light": {"per_second": 1}}})
    assert zoom.call("GET", USER).status_code == 200
    zoom.later(seconds=0.999)
    assert zoom.call("GET", USER).status_code == 429
    zoom.later(seconds=0.001)
    assert zoom.call("GET", USER).status_code == 200


def test_rate_classes_have_limits_of_their_own() -> None:
    zoom = SimulatedZoom(plan="free")
    statuses(zoom, "GET", USER, 4)
    assert statuses(zoom, "GET", f"{USER}/settings", 3) == [200, 200, 429]


def test_the_limit_of_a_second_says_nothing_about_when_to_return() -> None:
    zoom = SimulatedZoom(limits={"classes": {"light": {"per_second": 0}}})
    answer = zoom.call("GET", USER)
    assert refusal(answer) == (429, 4001)
    assert answer.json()["message"].startswith("You have reached the maximum per-second rate limit")
    assert answer.headers["X-RateLimit-Type"] == "QPS"
    assert "Retry-After" not in answer.headers


def test_the_limit_of_a_day_names_the_next_midnight_as_a_date() -> None:
    zoom = SimulatedZoom(limits={"classes": {"light": {"per_day": 1}}})
    zoom.call("GET", USER)
    answer = zoom.call("GET", USER)
    assert refusal(answer) == (429, 429)
    assert answer.json()["message"].startswith("You have reached the maximum daily rate limit")
    assert answer.headers["X-RateLimit-Type"] == "Daily-limit"
    assert answer.headers["Retry-After"] == DAY_AFTER


def test_a_new_day_begins_at_midnight_utc() -> None:
    zoom = SimulatedZoom(limits={"classes": {"light": {"per_day": 1}}})
    zoom.call("GET", USER)
    zoom.later(hours=6, minutes=13, seconds=19)
    zoom.authorize()
    assert zoom.call("GET", USER).status_code == 429
    zoom.later(seconds=1)
    assert zoom.call("GET", USER).status_code == 200


def test_a_good_answer_tells_the_category_only() -> None:
    headers = SimulatedZoom().call("GET", USER).headers
    assert headers["X-RateLimit-Category"] == "Light"
    assert "X-RateLimit-Type" not in headers


def test_limits_of_the_account_can_be_scaled() -> None:
    scaled = rates_of("free", LimitsSeed(scale=0.5))
    for name, rate in RATES_OF_PLAN["free"].items():
        assert scaled[name].per_day == (rate.per_day or 0) // 2
        assert (scaled[name].per_second or 0) >= 1


def test_a_host_has_a_hundred_creates_and_updates_a_day() -> None:
    zoom = SimulatedZoom(limits={"scale": 10})
    path = f"/meetings/{zoom.create()['id']}"
    assert set(statuses(zoom, "PATCH", path, 99, {"topic": "x"})) == {204}
    answer = zoom.call("PATCH", path, {"topic": "x"})
    assert refusal(answer) == (429, 429)
    assert answer.json()["message"] == (
        "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests "
        "permitted for this particular user. You may resume these requests at GMT 00:00:00."
    )
    assert "Retry-After" not in answer.headers
    assert zoom.create(host="bo@acme.example")
    assert zoom.call("DELETE", path).status_code == 204


def test_a_person_can_be_registered_three_times_a_day_for_a_meeting() -> None:
    zoom = SimulatedZoom()
    meeting, other = zoom.create(), zoom.create()
    for _ in range(3):
        assert zoom.register(meeting["id"], EMAIL).status_code == 201
    answer = zoom.register(meeting["id"], EMAIL)
    assert refusal(answer) == (429, 429)
    assert answer.json()["message"] == (
        "You have exceeded the daily rate limit of (3) for Add meeting registrant API requests "
        f"for the registrant ({EMAIL}). You can resume these API requests at GMT 00:00:00."
    )
    assert zoom.register(other["id"], EMAIL).status_code == 201


def test_a_batch_counts_once_for_each_person_and_is_refused_as_a_whole() -> None:
    zoom = SimulatedZoom(limits={"registrations_per_day": 1})
    meeting = zoom.create()
    zoom.register(meeting["id"], EMAIL)
    assert zoom.register_batch(meeting["id"], ["new@x.example", EMAIL]).status_code == 429
    assert zoom.register_batch(meeting["id"], ["new@x.example"]).status_code == 201
    assert zoom.register(meeting["id"], "new@x.example").status_code == 429


def test_a_registrant_has_ten_status_changes_a_day() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    zoom.register(meeting["id"], EMAIL)
    path = f"/meetings/{meeting['id']}/registrants/status"
    body = {"action": "deny", "registrants": [{"email": EMAIL}]}
    assert statuses(zoom, "PUT", path, 11, body) == [204] * 10 + [429]
