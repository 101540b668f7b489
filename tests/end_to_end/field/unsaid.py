"""Nothing said is not something said: an empty answer changes nothing and holds up nothing."""

from __future__ import annotations

from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

UNSAID: dict[str, dict[str, Any]] = {
    "times": {"start_time": "", "duration": "", "timezone": ""},
    "others": {"topic": None, "type": "", "host_id": "", "uuid": None, "settings": None},
}


def all_is_quiet(play: Play, **people: int) -> None:
    """Looking again finds nothing to put right, and nobody to blame."""
    play.look_again()
    play.settles(**people)
    assert play.calls()[f"update_{play.kind}"] == 0
    assert "event.drifted" not in play.told()


@scenario(MEETING, WEBINAR, unsaid=UNSAID)
def a_session_of_which_zoom_leaves_something_unsaid_is_in_order(
    play: Play, unsaid: dict[str, Any]
) -> None:
    play.fault("odd_values", "get_session", set=unsaid, times=None)
    play.fault("odd_values", "create_session", set=unsaid, times=None)

    play.begin("kim")

    all_is_quiet(play, registered=1)
    assert play.lets_in("kim")


@scenario(
    MEETING,
    WEBINAR,
    odd={
        "names": {"registrants[*].last_name": None, "registrants[*].first_name": None},
        "addresses": {"registrants[*].email": None},
        "an address": {"registrants[0].email": ""},
        "all": {"registrants": None, "next_page_token": None},
    },
)
def registrants_of_whom_zoom_says_little_stay_registered(play: Play, odd: dict[str, Any]) -> None:
    play.begin("kim", "lee")
    links = play.registrants()
    play.fault("odd_values", "list_session_registrants", set=odd, times=2)

    all_is_quiet(play, registered=2)

    assert play.registrants() == links
    assert play.lets_in("kim")


@scenario(MEETING, WEBINAR)
def a_host_of_whom_zoom_says_little_can_host(play: Play) -> None:
    odd = {"type": "", "status": None, "timezone": "", "first_name": None, "feature": None}
    for operation in ("get_user", "get_user_settings"):
        play.fault("odd_values", operation, set=odd, times=None)

    play.begin("kim")


@scenario(MEETING, WEBINAR)
def a_new_registration_of_which_zoom_says_little_is_found(play: Play) -> None:
    play.fault("odd_values", "batch_session_registrants", set={"registrants": None})
    play.put()
    play.enrol("kim", "lee")

    play.settles(registered=2)

    assert play.lets_in("lee")["email"] == "lee@people.example"
    assert play.calls()[f"batch_{play.kind}_registrants"] == 1
