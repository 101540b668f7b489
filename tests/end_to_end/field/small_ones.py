"""Ids that are none, limits that are known, faults that pass: small things that cost a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

ODD = {"code": 98_765, "message": "Something new."}
REFUSED_ONCE: dict[str, dict[str, Any]] = {
    "an error with 200": {"kind": "error_body_200"},
    "an unknown code": {"kind": "status", "status": 400, "body": ODD},
}


@scenario(MEETING, no_id={"control": "%C2%84", "slash": "a%2Fb", "long": "a" * 129})
def an_id_that_is_none_is_refused_everywhere(play: Play, no_id: str) -> None:
    play.put()
    someone = {"email": "kim@people.example", "first_name": "Kim"}
    event = f"/v1/events/{no_id}"
    asked = [
        ("PUT", event, play.body()),
        ("GET", event, None),
        ("DELETE", event, None),
        ("POST", f"{event}/sync", None),
        ("POST", f"{event}/check", play.body()),
        ("PUT", f"{play.path}/enrollments/{no_id}", someone),
        ("GET", f"{event}/attendance", None),
        ("POST", f"/v1/users/{no_id}/login", None),
        ("GET", f"/v1/users/{no_id}", None),
    ]
    answered = {
        f"{method} {path}": play.lms(method, path, body).status_code for method, path, body in asked
    }
    assert {name for name, status in answered.items() if status != 422} == set()
    play.settles()


def midnight() -> str:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return f"{tomorrow.isoformat()}T00:00:00"


@scenario(MEETING, WEBINAR)
def a_hosts_day_that_others_used_up_is_tried_once_for_all_events(play: Play) -> None:
    play.begin("kim")
    play.act("spend_host_day", email=play.host, calls=99)
    play.put(title="Fire safety")
    play.enrol("late")

    play.stops("waiting", "zoom_daily_limit", registered=2)

    assert play.event()["sync"]["next_attempt_at"].startswith(midnight())
    tries = play.calls()[f"update_{play.kind}"]
    assert tries == 1
    play.look_again()
    play.stops("waiting", "zoom_daily_limit", registered=2)
    other = Play(play.cloud, play.kind)
    other.put(host={"user_id": other.user("host"), "email": play.host})
    other.stops("waiting", "zoom_daily_limit")
    assert play.calls()[f"update_{play.kind}"] == tries
    assert play.creations() == 1
    found = play.lms("POST", f"/v1/events/new-{play.name}/check", play.body()).json()["problems"]
    assert "zoom_daily_limit" in [each["code"] for each in found]


@scenario(MEETING, WEBINAR)
def a_persons_day_that_others_used_up_holds_up_nobody_else(play: Play) -> None:
    event = play.begin("kim")
    session = {f"{play.kind}_id": int(event["zoom"]["id"])}
    play.act("spend_registrant_day", email="late@people.example", calls=3, **session)
    play.enrol("late", "lee")

    play.stops("waiting", "zoom_daily_limit", registered=2)

    assert play.lets_in("lee")
    tries = play.calls()
    play.look_again()
    play.stops("waiting", "zoom_daily_limit", registered=2)
    told = play.click("late")
    assert (told["state"], told["reason"]) == ("preparing", "zoom_daily_limit")
    again = play.calls() - tries
    assert not [name for name in again if name.startswith(("add", "batch"))], again


@scenario(MEETING, fault=REFUSED_ONCE, takes_long=True)
def an_odd_answer_to_a_creation_is_over_within_two_minutes(
    play: Play, fault: dict[str, Any]
) -> None:
    play.most_creations = 2
    play.fault(operation="create_session", **fault)
    play.put()
    play.enrol("kim")

    play.settles(registered=1)


@scenario(WEBINAR, takes_long=True)
def an_odd_answer_to_a_change_is_over_within_two_minutes(play: Play) -> None:
    play.begin("kim")
    play.fault(operation="update_session", **REFUSED_ONCE["an unknown code"])
    play.put(title="Fire safety")

    play.settles(registered=1)

    assert play.session()["topic"] == "Fire safety"


@scenario(WEBINAR, takes_long=True)
def an_outage_that_passes_is_over_within_two_minutes(play: Play) -> None:
    play.fault("status", "create_session", status=503, body="", times=4)
    play.most_creations = 6
    play.put()
    play.enrol("kim")

    play.settles(registered=1)
