"""Other words for the same are no change, and what Zoom does not take is said in other words."""

from __future__ import annotations

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play


def all_is_quiet(play: Play) -> None:
    """Looking again finds nothing to put right, and nobody to blame."""
    play.forget_calls()
    play.look_again()
    play.settles(registered=1)
    assert play.calls()[f"update_{play.kind}"] == 0
    assert "event.drifted" not in play.told()


@scenario(MEETING, WEBINAR)
def a_zone_that_zoom_calls_otherwise_is_no_change(play: Play) -> None:
    play.rules(timezone_aliases={"Europe/Kyiv": "Europe/Kiev"})
    play.begin("kim", timezone="Europe/Kyiv")
    assert play.session()["timezone"] == "Europe/Kiev"

    all_is_quiet(play)
    assert play.notes() == {}


@scenario(MEETING, WEBINAR)
def an_event_in_a_zone_that_zoom_refuses_is_made_all_the_same(play: Play) -> None:
    play.most_creations = 2  # One for each name that is tried.
    play.rules(refused_timezones=["Asia/Manila"])
    event = play.begin("kim", timezone="Asia/Manila")

    assert play.session()["start_time"] == "2099-12-01T10:00:00Z"
    assert event["timezone"] == "Asia/Manila"
    assert "Asia/Manila" in play.notes()["timezone_replaced"]
    all_is_quiet(play)


@scenario(MEETING)
def an_event_that_is_moved_to_a_zone_that_zoom_refuses_is_moved(play: Play) -> None:
    play.begin("kim")
    play.rules(refused_timezones=["Asia/Manila"])

    play.put(timezone="Asia/Manila", starts_at="2099-12-02T18:00:00+08:00")
    play.settles(registered=1)

    assert play.session()["start_time"] == "2099-12-02T10:00:00Z"
    all_is_quiet(play)


@scenario(MEETING, WEBINAR)
def a_text_that_zoom_keeps_its_own_way_is_no_edit(play: Play) -> None:
    play.rules(texts="squeezed")
    play.begin(
        "kim",
        title=f"Forklift  safety {play.name} ",
        description="Bring your\r\ncertificate.\r\n\r\n  And a pen. ",
    )
    all_is_quiet(play)


@scenario(MEETING, WEBINAR, takes_long=True)
def a_start_in_the_past_that_becomes_now_makes_one_session(play: Play) -> None:
    play.rules(past_start_is_now=True)
    play.fault("cut_after", "create_session")
    play.begin("kim", starts_at=play.moment(-600))

    all_is_quiet(play)
    assert play.lets_in("kim")


@scenario(MEETING, WEBINAR)
def an_address_in_other_letters_is_no_new_registration(play: Play) -> None:
    play.begin("kim", "lee")
    links = play.registrants()

    changed = play.person("kim", " Kim@People.Example ")
    answer = play.lms("PUT", f"{play.path}/enrollments/{play.user('kim')}", changed)
    assert answer.ok, answer.text
    play.look_again()
    play.settles(registered=2)

    assert play.registrants() == links
    assert not [name for name in play.calls() if name.startswith(("delete", "add", "batch"))]


@scenario(MEETING)
def another_address_is_a_new_registration(play: Play) -> None:
    play.begin("kim", "lee")
    changed = play.person("kim", "kim@elsewhere.example")

    assert play.lms("PUT", f"{play.path}/enrollments/{play.user('kim')}", changed).ok
    play.settles(registered=2)

    assert set(play.registrants()) == {"kim@elsewhere.example", "lee@people.example"}


LONG_NAME = "欧阳文山老师高级讲师培训负责人叉车"
"""Of Chinese names Zoom takes 12 characters."""


@scenario(WEBINAR)
def a_name_that_is_too_long_for_zoom_is_cut_and_the_panelist_is_in(play: Play) -> None:
    bo = {"user_id": play.user("bo"), "email": "bo@guests.example", "name": LONG_NAME}

    play.put(instructors=[bo])
    play.settles()

    assert play.lets_in("bo")["role"] == "panelist"


@scenario(MEETING)
def a_name_that_is_too_long_for_zoom_holds_up_no_instructor_at_the_click(play: Play) -> None:
    bo = {"user_id": play.user("bo"), "email": play.another_host("bo"), "name": LONG_NAME}

    play.put(instructors=[bo])
    play.settles()

    play.lets_in("bo")
