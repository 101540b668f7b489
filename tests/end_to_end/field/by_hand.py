"""What a host does to a meeting by hand is noticed, and is put right or stands."""

from __future__ import annotations

from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

RECURRENCE = {"recurrence": {"type": 1, "end_times": 5}}


def is_put_right(play: Play, zoom_id: str, **people: int) -> None:
    def is_right(session: dict[str, Any]) -> bool:
        is_planned = session["type"] == {MEETING: 2, WEBINAR: 5}[play.kind]
        found: bool = is_planned and session["settings"]["approval_type"] == 1
        return found

    play.until(play.session, is_right, "put right")
    assert play.settles(**people)["zoom"]["id"] == zoom_id
    assert len(play.registrants()) == people["registered"]


@scenario(MEETING, type_number=[8, 3])
def a_meeting_that_was_made_recurring_or_timeless_is_put_right(
    play: Play, type_number: int
) -> None:
    event = play.begin("kim")
    recurs = RECURRENCE if type_number == 8 else {}
    play.by_hand("edit_session", changes={"type": type_number, **recurs})

    play.look_again()

    is_put_right(play, event["zoom"]["id"], registered=1)


@scenario(WEBINAR, type_number=[9, 6])
def a_webinar_that_was_made_recurring_or_timeless_is_put_right(
    play: Play, type_number: int
) -> None:
    event = play.begin("kim")
    recurs = RECURRENCE if type_number == 9 else {}
    play.by_hand("edit_session", changes={"type": type_number, **recurs})

    play.look_again()

    is_put_right(play, event["zoom"]["id"], registered=1)


@scenario(MEETING, WEBINAR)
def people_get_into_what_was_just_made_recurring(play: Play) -> None:
    event = play.begin("kim")
    changes = {"type": {MEETING: 8, WEBINAR: 9}[play.kind], **RECURRENCE}
    play.by_hand("edit_session", changes=changes)
    play.enrol("lee", "mia")

    play.registered("lee", "mia")

    assert play.lets_in("lee")
    is_put_right(play, event["zoom"]["id"], registered=3)


@scenario(MEETING)
def a_click_on_what_was_just_made_timeless_leads_in_all_the_same(play: Play) -> None:
    event = play.begin("kim")
    play.by_hand("edit_session", changes={"type": 3})
    play.enrol("late")

    assert play.lets_in("late")["email"] == "late@people.example"

    is_put_right(play, event["zoom"]["id"], registered=2)


def goes_live(play: Play, *names: str) -> None:
    play.by_hand("start_session")
    for name in names:
        play.by_hand("participant_joined", email=f"{name}@people.example")
    play.until(play.event, lambda event: event["phase"] == "live", "live")


def stays_out(play: Play) -> None:
    play.refused("kim", "denied_in_zoom")
    play.look_again()
    play.settles(registered=1, failed=1)
    assert set(play.registrants()) == {"lee@people.example"}
    play.keeps_out("kim", "denied_in_zoom")
    assert play.lets_in("lee")


@scenario(MEETING, WEBINAR, registration=["denied", "deleted"])
def who_is_put_out_of_a_live_session_stays_out(play: Play, registration: str) -> None:
    play.begin("kim", "lee")
    goes_live(play, "kim", "lee")

    person = "kim@people.example"
    play.by_hand("participant_removed", person=person, registration=registration)

    stays_out(play)


@scenario(WEBINAR)
def whose_registration_is_cancelled_while_it_is_live_stays_out(play: Play) -> None:
    play.begin("kim", "lee")
    goes_live(play, "kim")

    play.by_hand("cancel_registrant", email="kim@people.example")

    stays_out(play)


@scenario(MEETING)
def who_was_denied_while_it_is_live_gets_in_again_once_the_lms_says_so(play: Play) -> None:
    play.begin("kim", "lee")
    goes_live(play, "kim", "lee")
    play.by_hand("deny_registrant", email="kim@people.example")
    play.refused("kim", "denied_in_zoom")

    access = f"{play.path}/enrollments/{play.user('kim')}/access"
    assert play.lms("PUT", access, {"granted": True}).ok

    play.settles(registered=2)
    assert play.lets_in("kim")["email"] == "kim@people.example"


@scenario(WEBINAR)
def who_was_put_out_is_registered_again_after_the_session(play: Play) -> None:
    play.begin("kim", "lee")
    goes_live(play, "kim", "lee")
    play.by_hand("participant_removed", person="kim@people.example")
    play.refused("kim", "denied_in_zoom")

    play.by_hand("end_session")

    play.registered("kim")


@scenario(MEETING)
def who_was_denied_before_the_session_is_let_in_again(play: Play) -> None:
    play.begin("kim", "lee")
    links = play.registrants()

    play.by_hand("deny_registrant", email="kim@people.example")
    play.until(lambda: {"links": play.registrants()}, lambda seen: seen["links"] == links, "back")

    play.settles(registered=2)
    assert play.lets_in("kim")


@scenario(MEETING, WEBINAR)
def cancelling_what_is_live_ends_and_deletes_it(play: Play) -> None:
    play.most_sessions = 0
    zoom_id = play.begin("kim")["zoom"]["id"]
    goes_live(play, "kim")

    play.cancel()

    event = play.settles()
    assert (event["zoom"], event["sync"]["problem"]) == (None, None)
    state = play.simulator("GET", "/state")
    instances = [each for each in state["instances"] if str(each["session_id"]) == zoom_id]
    assert all(each["ended_at"] for each in instances)
    assert all(stay["left_at"] for each in instances for stay in each["participants"])


@scenario(MEETING)
def cancelling_what_went_live_this_moment_ends_and_deletes_it(play: Play) -> None:
    play.most_sessions = 0
    play.begin("kim")
    play.by_hand("start_session")

    play.cancel()

    assert play.settles()["zoom"] is None
    assert play.click("kim")["state"] == "cancelled"
