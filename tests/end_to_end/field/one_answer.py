"""One answer of Zoom is no proof: whatever is said to be gone, the meeting and the people stay."""

from __future__ import annotations

from collections.abc import Callable

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

NO_ACCOUNT = {
    "code": 1001,
    "message": "The email address has not been used as a Zoom account.",
}
FULL = {"code": 3043, "message": "Webinar has reached maximum attendee capacity."}
NOT_OF_THIS_ACCOUNT = {"code": 1010, "message": "User not belong to this account."}


def stays(play: Play, zoom_id: str, **people: int) -> None:
    """The event is in sync, in the session that it had."""
    event = play.settles(**people)
    assert event["zoom"]["id"] == zoom_id
    assert [str(each["id"]) for each in play.sessions()] == [zoom_id]
    assert play.calls()[f"create_{play.kind}"] == 0
    assert "event.drifted" not in play.told()


@scenario(MEETING, WEBINAR)
def who_has_no_zoom_account_is_told_so_and_nobody_else_waits(play: Play) -> None:
    play.rules(zoom_accounts=["@people.example"], undeleted_recovery="not_found")
    play.put(options={"require_sign_in": True})
    play.enrol("kim", "lee", out="out@elsewhere.example")

    event = play.settles(registered=2, failed=1)

    assert event["sync"]["problem"] is None
    assert "Zoom account" in play.refused("out", "zoom_account_required")
    assert set(play.registrants()) == {"kim@people.example", "lee@people.example"}
    assert play.calls()[f"delete_{play.kind}"] == 0


@scenario(MEETING, WEBINAR)
def who_has_no_zoom_account_hears_it_at_the_click(play: Play) -> None:
    play.rules(zoom_accounts=["@people.example"], undeleted_recovery="not_found")
    event = play.begin("kim", options={"require_sign_in": True})
    play.enrol(out="out@elsewhere.example")

    assert "Zoom account" in play.keeps_out("out", "zoom_account_required")

    stays(play, event["zoom"]["id"], registered=1, failed=1)
    play.lets_in("kim")


@scenario(MEETING, operation=["batch_meeting_registrants", "add_meeting_registrant"])
def the_same_refusal_where_nothing_else_says_that_accounts_are_needed(
    play: Play, operation: str
) -> None:
    event = play.begin("kim")
    play.fault(
        "status", operation, status=404, body=NO_ACCOUNT, person="out@people.example", times=None
    )
    play.enrol("out", *(["lee"] if operation.startswith("batch") else []))
    play.fault(
        "status",
        "*_registrant*",
        status=404,
        body=NO_ACCOUNT,
        person="out@people.example",
        times=None,
    )

    play.refused("out", "zoom_account_required")

    stays(play, event["zoom"]["id"], failed=1)


def reads_again(play: Play) -> None:
    play.look_again()


def changes_the_title(play: Play) -> None:
    play.put(title="Fire safety")


def takes_somebody_out(play: Play) -> None:
    play.remove("lee")


def enrols_one(play: Play) -> None:
    play.enrol("late")


def enrols_two(play: Play) -> None:
    play.enrol("late", "later")


@scenario(
    MEETING,
    WEBINAR,
    operation={
        "read": ("get_session", reads_again, 2),
        "list of registrants": ("list_session_registrants", reads_again, 2),
        "update": ("update_session", changes_the_title, 2),
        "removal": ("delete_session_registrant", takes_somebody_out, 1),
        "one more": ("*_registrant*", enrols_one, 3),
        "a batch": ("batch_session_registrants", enrols_two, 4),
    },
)
def a_healthy_session_that_is_once_said_to_be_gone_stays(
    play: Play, operation: tuple[str, Callable[[Play], object], int]
) -> None:
    name, does, registered = operation
    event = play.begin("kim", "lee")
    play.fault("session_not_found", name)

    does(play)

    stays(play, event["zoom"]["id"], registered=registered)
    assert len(play.registrants()) == registered


@scenario(MEETING, WEBINAR)
def people_of_a_new_session_that_is_once_said_to_be_gone_get_into_it(play: Play) -> None:
    play.fault("session_not_found", "batch_session_registrants")
    play.put()
    play.enrol("kim", "lee")

    play.settles(registered=2)

    assert len(play.registrants()) == 2


@scenario(WEBINAR, operation=["add_panelists", "list_panelists"])
def panelists_are_put_into_the_webinar_that_was_once_said_to_be_gone(
    play: Play, operation: str
) -> None:
    event = play.begin("kim")
    play.fault("session_not_found", operation)

    play.put(instructors=[{"user_id": play.user("bo"), "email": "bo@x.example", "name": "Bo"}])

    stays(play, event["zoom"]["id"], registered=1)
    assert play.lets_in("bo")["role"] == "panelist"


@scenario(MEETING, WEBINAR)
def a_click_of_the_host_that_once_finds_no_session_costs_nothing(play: Play) -> None:
    event = play.begin("kim")
    play.fault("session_not_found", "get_session")

    assert play.click("host")["url"] is None
    assert play.lets_in("host")["role"] == "host"

    stays(play, event["zoom"]["id"], registered=1)


@scenario(MEETING, WEBINAR)
def a_click_of_a_late_comer_that_once_finds_no_session_costs_nothing(play: Play) -> None:
    event = play.begin("kim")
    play.fault("session_not_found", "*_registrants", person="late@people.example")
    play.fault("session_not_found", "add_session_registrant", person="late@people.example")
    play.enrol("late")

    assert play.lets_in("late")["email"] == "late@people.example"

    stays(play, event["zoom"]["id"], registered=2)


@scenario(MEETING)
def a_click_of_an_instructor_that_once_finds_no_meeting_costs_nothing(play: Play) -> None:
    bo = play.another_host("bo")
    event = play.begin("kim", instructors=[{"user_id": play.user("bo"), "email": bo, "name": "Bo"}])
    play.fault("session_not_found", "make_session_invite_links")

    assert play.click("bo")["url"] is None
    play.lets_in("bo")

    stays(play, event["zoom"]["id"], registered=1)


@scenario(MEETING, WEBINAR)
def a_deletion_that_once_finds_no_session_is_confirmed(play: Play) -> None:
    play.begin("kim")
    play.fault("session_not_found", "delete_session")
    play.most_sessions = 0

    play.cancel()

    assert play.settles()["zoom"] is None


@scenario(MEETING, WEBINAR, takes_long=True)
def a_new_session_that_replicas_do_not_show_yet_is_waited_for(play: Play) -> None:
    play.fault("lag", "create_session", seconds=8, for_all=True)
    play.put()
    play.enrol("kim", "lee")

    play.settles(registered=2)

    assert len(play.registrants()) == 2


@scenario(MEETING, WEBINAR, takes_long=True)
def a_creation_whose_answer_was_lost_made_one_session(play: Play) -> None:
    play.fault("cut_after", "create_session")
    play.put()
    play.enrol("kim")

    play.settles(registered=1)


@scenario(WEBINAR)
def who_finds_no_place_hears_so_in_the_older_way_too(play: Play) -> None:
    event = play.begin("kim")
    play.rules(full_is_not_found=True)
    play.by_hand("edit_session", changes={"settings": {"registrants_restrict_number": 2}})
    play.enrol("lee", "mia", "zoe")

    play.settles(registered=2, failed=2)
    play.enrol("ann")
    assert "full" in play.keeps_out("ann", "capacity_reached")

    stays(play, event["zoom"]["id"], registered=2, failed=3)
    assert "event.failed" not in play.told()


@scenario(MEETING)
def a_full_meeting_that_is_refused_as_not_found_is_left_in_peace(play: Play) -> None:
    event = play.begin("kim")
    play.fault("status", "*_registrant*", status=404, body=FULL, times=None)
    play.enrol("lee", "mia")

    play.settles(registered=1, failed=2)

    play.refused("lee", "capacity_reached")
    assert play.event()["zoom"]["id"] == event["zoom"]["id"]
    assert "event.failed" not in play.told()


@scenario(MEETING, WEBINAR)
def a_host_who_went_to_another_account_is_not_in_zoom(play: Play) -> None:
    play.host_is(status="elsewhere")
    play.put()
    play.enrol("kim")

    play.fails("host_not_in_zoom")

    assert play.keeps_out("kim", "host_not_in_zoom")
    assert play.sessions() == []


@scenario(MEETING, WEBINAR)
def a_host_whom_zoom_calls_of_another_account_is_not_in_zoom(play: Play) -> None:
    play.fault("status", "create_session", status=400, body=NOT_OF_THIS_ACCOUNT, times=None)
    play.put()

    play.fails("host_not_in_zoom")


@scenario(MEETING, WEBINAR, takes_long=True)
def who_comes_while_it_runs_over_its_planned_end_gets_in(play: Play) -> None:
    event = play.begin("kim")
    play.by_hand("start_session")
    play.until(play.event, lambda seen: seen["phase"] == "live", "live")
    play.put(starts_at=play.moment(-40), duration_minutes=1)
    play.settles(registered=1)
    play.passes(25)
    play.enrol("late")

    assert play.lets_in("late")["email"] == "late@people.example"

    assert play.settles(registered=2)["phase"] == "live"
    assert play.event()["zoom"]["id"] == event["zoom"]["id"]
