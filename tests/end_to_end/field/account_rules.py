"""The account has rules of its own, which are kept, told, or found out, and not fought over."""

from __future__ import annotations

from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

NUMERIC = {"only_allow_numeric": True}
SPECIAL = {"have_special_character": True, "have_upper_and_lower_characters": True}


@scenario(MEETING, WEBINAR, rule={"numeric": NUMERIC, "special": SPECIAL})
def a_passcode_of_lecterns_own_fits_the_accounts_rule(play: Play, rule: dict[str, Any]) -> None:
    play.most_creations = 2  # The rule may be learnt from a refusal.
    play.rules(passcode=rule)

    event = play.begin("kim")

    assert play.session()["password"] == event["zoom"]["passcode"]


@scenario(MEETING, WEBINAR)
def a_rule_that_no_settings_tell_is_learnt_from_the_refusal(play: Play) -> None:
    play.most_creations = 2
    play.rules(passcode=NUMERIC, passcode_told="left_out")

    assert play.begin("kim")["zoom"]["passcode"].isdecimal()


@scenario(MEETING, WEBINAR)
def a_passcode_of_the_lms_that_does_not_fit_is_told_with_the_rule(play: Play) -> None:
    play.rules(passcode=NUMERIC)
    options = {"passcode": "secret"}
    found = play.lms("POST", f"{play.path}/check", play.body(options=options)).json()
    play.put(options=options)

    problem = play.fails("passcode_refused")

    assert "digits" in problem["message"]
    assert [each["code"] for each in found["problems"]] == ["passcode_refused"]


@scenario(MEETING)
def a_changed_passcode_that_does_not_fit_holds_up_nothing_else(play: Play) -> None:
    play.begin("kim")
    play.rules(passcode={"length": 8})
    play.put(title="Fire safety", options={"passcode": "short"})
    play.enrol("late")

    play.fails("passcode_refused", registered=2)

    assert play.session()["topic"] == "Fire safety"


LOCKS = {
    "waiting_room": (MEETING, {"waiting_room": True}),
    "recording": (MEETING, {"auto_recording": "cloud"}),
    "sign_in": (MEETING, {"meeting_authentication": True}),
    "mails": (MEETING, {"registrants_confirmation_email": True}),
    "webinar recording": (WEBINAR, {"auto_recording": "local"}),
    "webinar sign_in": (WEBINAR, {"meeting_authentication": True}),
}


def is_left_alone(play: Play) -> None:
    """The setting is a note; nobody is blamed, and nothing is written again."""
    assert "setting_locked_in_zoom" in play.notes()
    assert "event.drifted" not in play.told()
    play.forget_calls()
    play.look_again()
    play.settles(registered=1)
    assert play.calls()[f"update_{play.kind}"] == 0


@scenario(MEETING, lock={name: lock for name, (kind, lock) in LOCKS.items() if kind is MEETING})
def a_setting_that_a_meetings_account_holds_fast_is_a_note(
    play: Play, lock: dict[str, Any]
) -> None:
    play.rules(locked=lock)
    play.begin("kim")
    is_left_alone(play)


@scenario(WEBINAR, lock={name: lock for name, (kind, lock) in LOCKS.items() if kind is WEBINAR})
def a_setting_that_a_webinars_account_holds_fast_is_a_note(
    play: Play, lock: dict[str, Any]
) -> None:
    play.rules(locked=lock)
    play.begin("kim")
    is_left_alone(play)


@scenario(MEETING)
def a_setting_that_is_locked_later_is_nobodys_edit(play: Play) -> None:
    play.begin("kim")
    play.rules(locked={"auto_recording": "cloud"})
    play.look_again()
    play.settles(registered=1)
    is_left_alone(play)


@scenario(MEETING, WEBINAR)
def registration_that_is_locked_off_names_both_causes_and_heals(play: Play) -> None:
    play.rules(locked={"approval_type": 2})
    play.put()
    play.enrol("kim")

    problem = play.fails("registration_off")

    assert "licence" in problem["remedy"]
    assert "lock" in problem["message"] + problem["remedy"]
    play.keeps_out("kim", "registration_off")
    play.rules()
    play.look_again()
    play.settles(registered=1)
