"""The simulator's webhooks: who is sent what and when, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from lectern_testing.zoom.simulated_account import SimulatedZoom
from lectern_testing.zoom.webhook_endpoint import URL, Endpoint
from zoom_simulator.account.seed import Plan
from zoom_simulator.webhooks.sender import WebhookSender
from zoom_simulator.webhooks.subscriptions import DeliveryReply, is_sent

EVENT = "meeting.started"


@pytest.fixture
def zoom() -> SimulatedZoom:
    return SimulatedZoom()


@pytest.fixture
def endpoint(zoom: SimulatedZoom) -> Endpoint:
    endpoint = Endpoint(zoom.world)
    endpoint.subscribe()
    endpoint.deliver()
    return endpoint


def publish(zoom: SimulatedZoom, event: str = EVENT, **payload: Any) -> None:
    zoom.control("POST", "/webhooks/events", {"event": event, "payload": payload})


def deliveries(zoom: SimulatedZoom) -> list[dict[str, Any]]:
    log = zoom.control("GET", "/webhooks").json()["deliveries"]
    return [each for each in log if each["event"] != "endpoint.url_validation"]


def test_a_delivery_is_signed_and_has_the_headers_of_zoom(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    publish(zoom, word="é")
    endpoint.deliver()
    [(headers, _)] = endpoint.received  # the endpoint has checked the signature
    assert headers["x-zm-request-timestamp"] == str(int(zoom.world.now().timestamp()))
    assert headers["x-zm-request-id"]
    assert headers["User-Agent"] == "Zoom Marketplace/1.0a"
    assert headers["Content-Type"].startswith("application/json")
    [event] = endpoint.events
    assert event["event_ts"] == int(zoom.world.now().timestamp() * 1000)


def test_everything_carries_the_account_that_it_is_of(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    zoom.world.publish(EVENT, {"object": {}})
    endpoint.deliver()
    assert endpoint.events[0]["payload"] == {"account_id": "local-account", "object": {}}


def test_only_what_was_subscribed_to_is_sent(zoom: SimulatedZoom) -> None:
    endpoint = Endpoint(zoom.world)
    endpoint.subscribe("webinar.*", "meeting.ended")
    for event in ("meeting.started", "meeting.ended", "webinar.started"):
        publish(zoom, event)
    assert endpoint.deliver() == ["meeting.ended", "webinar.started"]


@pytest.mark.parametrize("status", [200, 204])
def test_what_was_accepted_is_not_sent_again(
    zoom: SimulatedZoom, endpoint: Endpoint, status: int
) -> None:
    endpoint.answers = [status]
    publish(zoom)
    endpoint.deliver()
    zoom.later(hours=2)
    assert endpoint.deliver() == []
    assert deliveries(zoom)[0]["state"] == "delivered"


@pytest.mark.parametrize("status", [201, 301, 302, 400, 401, 404, 413, 429])
def test_what_was_refused_is_lost_at_once(
    zoom: SimulatedZoom, endpoint: Endpoint, status: int
) -> None:
    endpoint.answers = [status]
    publish(zoom)
    endpoint.deliver()
    zoom.later(hours=2)
    assert endpoint.deliver() == []
    [delivery] = deliveries(zoom)
    assert (delivery["state"], [a["status"] for a in delivery["attempts"]]) == ("refused", [status])


def test_a_server_error_or_no_answer_is_tried_again_after_5_25_and_85_minutes(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    endpoint.answers = [500, None, 503, 599]
    publish(zoom)
    start = zoom.world.now()
    tried_at = []
    for _ in range(200):
        if endpoint.deliver():
            tried_at.append((zoom.world.now() - start) / timedelta(minutes=1))
        zoom.later(minutes=1)
    assert tried_at == [0, 5, 25, 85]
    [delivery] = deliveries(zoom)
    assert delivery["state"] == "lost"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, None, 503, 599]


def test_a_retry_that_succeeds_is_the_last(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    endpoint.answers = [500, 200]
    publish(zoom)
    endpoint.deliver()
    zoom.later(hours=2)
    assert endpoint.deliver() == [EVENT]
    zoom.later(hours=2)
    assert endpoint.deliver() == []


def test_a_retry_is_the_same_to_the_letter(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    endpoint.answers = [500]
    publish(zoom)
    endpoint.deliver()
    zoom.later(minutes=5)
    endpoint.deliver()
    first, second = endpoint.received
    assert first == second


def test_a_retry_can_be_stamped_anew(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    endpoint.subscribe(restamps=True)
    endpoint.answers = [500]
    publish(zoom)
    endpoint.deliver()
    zoom.later(minutes=5)
    endpoint.deliver()
    (first, body), (second, same_body) = endpoint.received
    assert body == same_body
    times = [int(each["x-zm-request-timestamp"]) for each in (first, second)]
    assert times[1] - times[0] == 300
    assert first["x-zm-request-id"] != second["x-zm-request-id"]


def test_a_duplicate_comes_twice_and_is_the_same_to_the_letter(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "duplicate"})
    publish(zoom)
    publish(zoom, "meeting.ended")
    assert endpoint.deliver() == [EVENT, EVENT, "meeting.ended"]
    assert endpoint.received[0] == endpoint.received[1]


def test_a_reordered_delivery_comes_after_the_next(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "reorder", "event": "meeting.started"})
    for event in ("meeting.started", "meeting.ended", "meeting.deleted"):
        publish(zoom, event)
    assert endpoint.deliver() == ["meeting.ended", "meeting.started", "meeting.deleted"]


def test_a_reordered_delivery_that_nothing_overtakes_comes_a_minute_late(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "reorder"})
    publish(zoom)
    assert endpoint.deliver() == []
    zoom.later(minutes=1)
    assert endpoint.deliver() == [EVENT]
    publish(zoom, "meeting.ended")
    assert endpoint.deliver() == ["meeting.ended"]


def test_a_delayed_delivery_comes_late_by_the_clock(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "delay", "seconds": 30})
    publish(zoom)
    assert endpoint.deliver() == []
    zoom.later(seconds=30)
    assert endpoint.deliver() == [EVENT]


def test_a_dropped_delivery_never_comes(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "drop", "after": 1, "times": 2})
    for number in range(4):
        publish(zoom, f"meeting.{number}")
    zoom.later(hours=2)
    assert endpoint.deliver() == ["meeting.0", "meeting.3"]
    assert [each["state"] for each in deliveries(zoom)].count("dropped") == 2


def test_faults_are_listed_and_can_be_cleared(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    zoom.control("POST", "/webhooks/faults", {"kind": "drop", "event": "meeting.*", "times": None})
    [fault] = zoom.control("GET", "/webhooks/faults").json()["faults"]
    assert fault["event"] == "meeting.*"
    zoom.control("DELETE", "/webhooks/faults")
    publish(zoom)
    assert endpoint.deliver() == [EVENT]


def test_an_endpoint_is_challenged_when_subscribed_every_72_hours_and_on_command(
    zoom: SimulatedZoom,
) -> None:
    endpoint = Endpoint(zoom.world)
    endpoint.subscribe()
    endpoint.deliver()
    assert endpoint.challenges == 1
    zoom.later(hours=71)
    endpoint.deliver()
    assert endpoint.challenges == 1
    zoom.later(hours=1)
    endpoint.deliver()
    assert endpoint.challenges == 2
    zoom.control("POST", "/webhooks/challenge")
    endpoint.deliver()
    assert endpoint.challenges == 3
    [subscription] = zoom.control("GET", "/webhooks").json()["subscriptions"]
    assert subscription["validated_at"] == zoom.world.now().isoformat()


def test_six_failed_challenges_in_a_row_disable_a_subscription(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    endpoint.answers_challenges = False
    for failures in range(1, 7):
        publish(zoom)
        assert endpoint.deliver() == [EVENT]
        zoom.later(hours=72)
        endpoint.deliver()
        assert endpoint.challenges == 1 + failures
    publish(zoom)
    assert endpoint.deliver() == []
    endpoint.answers_challenges = True
    zoom.control("POST", "/webhooks/challenge")
    endpoint.deliver()
    publish(zoom)
    assert endpoint.deliver() == [EVENT]


@pytest.mark.parametrize(
    ("event", "plan", "lost_scope", "sent"),
    [
        ("meeting.started", "free", "", True),
        ("meeting.updated", "free", "", False),
        ("webinar.started", "free", "", False),
        ("meeting.updated", "pro", "", True),
        ("webinar.created", "pro", "webinar:read:webinar:admin", False),
        ("meeting.participant_left", "pro", "meeting:read:participant:admin", False),
        ("meeting.participant_left", "pro", "meeting:read:meeting:admin", True),
        ("webinar.registration_denied", "pro", "webinar:read:registrant:admin", False),
    ],
)
def test_events_need_their_scope_and_some_a_plan(
    zoom: SimulatedZoom, event: str, plan: Plan, lost_scope: str, *, sent: bool
) -> None:
    scopes = [scope for scope in zoom.world.seed.scopes if scope != lost_scope]
    assert is_sent(event, plan, scopes) is sent


def test_a_reset_takes_subscriptions_and_deliveries_away(
    zoom: SimulatedZoom, endpoint: Endpoint
) -> None:
    publish(zoom)
    zoom.control("POST", "/reset")
    assert endpoint.deliver() == []
    assert zoom.control("GET", "/webhooks").json() == {"subscriptions": [], "deliveries": []}


def test_a_delivery_that_was_under_way_at_a_reset_leaves_nothing_behind(
    zoom: SimulatedZoom,
) -> None:
    def reset(_url: str, _headers: Mapping[str, str], _body: bytes) -> DeliveryReply:
        zoom.world.reset()
        return DeliveryReply(500)

    zoom.control("POST", "/webhooks", {"subscriptions": [{"url": URL}]})
    WebhookSender(zoom.world, reset).deliver_due()
    assert zoom.control("GET", "/webhooks").json() == {"subscriptions": [], "deliveries": []}
    assert zoom.world.webhooks.next_due() is None


def test_the_log_can_be_emptied_of_what_is_over(zoom: SimulatedZoom, endpoint: Endpoint) -> None:
    endpoint.answers = [500, 200]
    publish(zoom)
    publish(zoom, "meeting.ended")
    endpoint.deliver()
    zoom.control("DELETE", "/webhooks")
    assert [each["event"] for each in deliveries(zoom)] == [EVENT]
    zoom.later(minutes=5)
    assert endpoint.deliver() == [EVENT]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subscriptions": [{"url": "lectern.example"}]},
        {"subscriptions": [{"url": URL}] * 21},
        {"subscriptions": [{"url": URL, "secret": "x"}]},
    ],
)
def test_subscriptions_that_make_no_sense_are_refused(
    zoom: SimulatedZoom, wrong: dict[str, list[dict[str, Any]]]
) -> None:
    assert zoom.control("POST", "/webhooks", wrong).status_code == 400
