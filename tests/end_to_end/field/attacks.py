"""Who means harm: with another's address, by clicks without end, by edits without end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import requests

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

LOOK_ALIKES = {
    "sharp s": ("anna@gro\u00dfe-schule.example", "anna@grosse-schule.example"),
    "long s": ("je\u017f\u017f@acme.example", "jess@acme.example"),
    "Kelvin": ("\u212aim@acme.example", "kim@acme.example"),
}


@scenario(MEETING, addresses=LOOK_ALIKES)
def who_has_an_address_like_the_hosts_is_not_the_host(
    play: Play, addresses: tuple[str, str]
) -> None:
    alike, host = addresses
    called = host.replace("@", f"-{play.name}@")
    play.simulator("POST", "/seed", {"users": [{"email": called, "webinar_capacity": 100}]})
    play.begin(host={"user_id": play.user("host"), "email": called})
    mallory = play.person("mallory", alike.replace("@", f"-{play.name}@"))

    answer = play.lms("PUT", f"{play.path}/enrollments/{play.user('mallory')}", mallory)

    if answer.status_code == 422:
        return
    assert answer.status_code == 202, answer.text
    play.until(
        lambda: play.stand("mallory"), lambda seen: seen["state"] != "pending", "mallory's stand"
    )
    told = play.decided("mallory")
    assert told["role"] == "participant"
    assert not told["url"] or play.opens(told["url"])["role"] != "host"


@scenario(MEETING)
def who_has_an_address_like_a_learners_takes_nobodys_place(play: Play) -> None:
    play.begin()
    mallory = play.person("mallory", "je\u017f\u017f@people.example")
    play.lms("PUT", f"{play.path}/enrollments/{play.user('mallory')}", mallory)

    play.enrol(jess="jess@people.example")

    assert play.lets_in("jess")["email"] == "jess@people.example"
    assert play.stand("jess")["reason"] is None


def clicks(play: Play, name: str, count: int = 100) -> set[int]:
    """Follows a user's link very often at once; the statuses that were answered."""
    asked = {"user_id": play.user(name), "expires_in_seconds": 600}
    link = play.lms("POST", f"{play.path}/join-links", asked).json()["url"]

    def click(_: int) -> int:
        return requests.get(link, allow_redirects=False, timeout=60).status_code

    with ThreadPoolExecutor(8) as hands:
        return set(hands.map(click, range(count)))


@scenario(MEETING, WEBINAR)
def a_hundred_clicks_of_the_host_are_few_calls_and_others_are_served(play: Play) -> None:
    play.begin("kim")
    play.enrol("late")

    assert clicks(play, "host") == {302, 200}

    assert play.lets_in("late")
    assert play.lets_in("kim")
    assert play.calls()[f"get_{play.kind}"] <= 20, play.calls()


@scenario(MEETING)
def a_hundred_clicks_of_an_instructor_are_few_calls(play: Play) -> None:
    bo = play.another_host("bo")
    play.begin("kim", instructors=[{"user_id": play.user("bo"), "email": bo, "name": "Bo"}])

    assert clicks(play, "bo") == {302, 200}

    assert play.calls()["make_meeting_invite_links"] <= 20, play.calls()


def used_today(play: Play, changes: int) -> None:
    """Has the host's day used by edits of the LMS, a hundred of which would take minutes."""
    boto3.client("dynamodb", endpoint_url=play.cloud.aws_url).put_item(
        TableName="lectern-local-Table",
        Item={
            "PK": {"S": f"BUDGET#default#{datetime.now(UTC).date().isoformat()}"},
            "SK": {"S": f"HOST#{play.host_id}"},
            "changes": {"N": str(changes)},
        },
    )


@scenario(MEETING)
def edits_without_end_leave_the_hosts_other_events_their_share(play: Play) -> None:
    play.most_creations = play.most_sessions = 2
    play.begin("kim")
    used_today(play, 79)
    for n in range(3):
        play.put(title=f"Title {n}")
        play.rests()
    play.stops("waiting", "zoom_daily_limit")

    other = Play(play.cloud, play.kind)
    other.put(host={"user_id": other.user("host"), "email": play.host})
    other.enrol("lee")

    other.settles(registered=1)
    assert play.calls()[f"update_{play.kind}"] <= 1
    assert play.lets_in("kim")
