"""Zoom's own words reach the person who can do something about it, and nobody else waits."""

from __future__ import annotations

from typing import Any

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play

FIELD = {
    "code": 300,
    "message": "Validation Failed.",
    "errors": [{"field": "settings.x", "message": "Not for this account."}],
}
UNKNOWN = {"code": 98_765, "message": "Something new about settings.x: Not for this account."}
XML = "<error><message>Not for this account: settings.x: nothing</message></error>"


def says_it(problem: dict[str, Any]) -> None:
    for word in ("settings.x", "Not for this account"):
        assert word in problem["message"], problem


@scenario(MEETING, WEBINAR, body={"fields": FIELD, "XML": XML})
def a_refused_creation_is_told_in_zooms_words(play: Play, body: Any) -> None:
    play.most_creations = 2  # What nobody foresaw is tried once more.
    play.fault("status", "create_session", status=400, body=body, times=None)
    play.put()
    play.enrol("kim")

    says_it(play.fails("zoom_rejected"))

    assert play.sessions() == []


@scenario(MEETING, WEBINAR, body={"fields": FIELD, "unknown code": UNKNOWN})
def a_refused_change_is_told_in_zooms_words_and_people_get_in(play: Play, body: Any) -> None:
    event = play.begin("kim")
    play.fault("status", "update_session", status=400, body=body, times=None)
    play.put(title="Fire safety")
    play.enrol("late")

    says_it(play.fails("zoom_rejected", registered=2))

    assert play.lets_in("late")
    assert play.event()["zoom"]["id"] == event["zoom"]["id"]
    assert play.calls()[f"update_{play.kind}"] <= 2


@scenario(MEETING, WEBINAR, question=["phone", "Which forklift do you drive?"])
def a_form_with_a_required_question_is_the_events_problem(play: Play, question: str) -> None:
    play.rules(required_questions=[question])
    play.put()
    play.enrol(*(f"p{n}" for n in range(12)))

    problem = play.fails("registration_questions", failed=12)

    assert question in problem["message"]
    assert question in play.refused("p7", "registration_questions")
    calls = play.calls()
    sent = sum(count for name, count in calls.items() if "registrant" in name)
    assert sent <= 4, calls


@scenario(MEETING, WEBINAR)
def a_form_with_a_required_question_is_told_at_the_click(play: Play) -> None:
    event = play.begin("kim")
    play.rules(required_questions=["phone"])
    play.enrol("late")

    assert "phone" in play.keeps_out("late", "registration_questions")

    assert play.lets_in("kim")
    assert play.event()["zoom"]["id"] == event["zoom"]["id"]


@scenario(MEETING)
def once_the_question_is_gone_everybody_gets_in(play: Play) -> None:
    play.rules(required_questions=["phone"])
    play.put()
    play.enrol("kim", "lee")
    play.fails("registration_questions", failed=2)

    play.rules()
    play.look_again()

    play.settles(registered=2)


@scenario(MEETING, WEBINAR)
def who_is_of_a_blocked_domain_hears_so_and_the_others_get_in(play: Play) -> None:
    play.rules(blocked_domains=["bad.example"])
    play.put()
    play.enrol("kim", "lee", bad="mallory@bad.example")

    play.settles(registered=2, failed=1)

    message = play.refused("bad", "zoom_rejected")
    assert "blocked" in message
    assert "mallory@" not in message


@scenario(MEETING, WEBINAR)
def who_is_of_a_blocked_domain_hears_so_at_the_click(play: Play) -> None:
    play.rules(blocked_domains=["bad.example"])
    play.begin("kim")
    play.enrol(bad="mallory@bad.example")

    assert "blocked" in play.keeps_out("bad", "zoom_rejected")

    play.settles(registered=1, failed=1)


@scenario(MEETING, WEBINAR)
def who_has_no_work_address_where_one_is_wanted_hears_so(play: Play) -> None:
    play.rules(private_domains=["mail.example"])
    play.put()
    play.enrol("kim", home="kim@mail.example")

    play.settles(registered=1, failed=1)

    assert "Zoom said" in play.refused("home", "invalid_email")


@scenario(MEETING)
def a_refusal_of_one_person_that_is_no_json_costs_that_person_alone(play: Play) -> None:
    play.fault(
        "status",
        "*_registrant*",
        status=400,
        headers={"Content-Type": "application/xml"},
        body="<error><message>Not this person</message></error>",
        person="odd@people.example",
        times=None,
    )
    play.put()
    play.enrol("kim", "lee", "odd")

    play.settles(registered=2, failed=1)

    assert "Not this person" in play.refused("odd", "zoom_rejected")


def is_panelist(play: Play) -> None:
    """In by the panelist's link, or told what stands in the way."""
    told = play.decided("lee")
    if told["state"] == "join":
        assert play.opens(told["url"])["email"] == "lee@people.example"
    else:
        assert "panelist" in told["message"], told


@scenario(WEBINAR, others={"alone": [], "in a batch": ["mia", "noa"]})
def whom_the_host_made_a_panelist_by_hand_gets_in_or_hears_why(
    play: Play, others: list[str]
) -> None:
    play.begin("kim")
    play.by_hand("add_panelist", email="lee@people.example", name="Lee")
    play.enrol("lee", *others)

    play.registered(*others)
    is_panelist(play)

    assert [each["email"] for each in play.session()["panelists"]] == ["lee@people.example"]
    play.rests()


@scenario(MEETING, WEBINAR)
def who_has_one_name_gets_in_where_zoom_wants_two(play: Play) -> None:
    play.rules(last_name_required=True)
    play.put()
    one = play.person("one", "one@people.example", first_name="Sukarno", last_name="")
    two = play.person("two", "two@people.example")
    play.lms("POST", f"{play.path}/enrollments", {"enrollments": [one, two]})

    play.settles(registered=2, failed=0)

    names = {each["email"]: each for each in play.session()["registrants"]}
    assert names["one@people.example"]["last_name"] == "Sukarno"
    assert play.lets_in("one")


@scenario(WEBINAR)
def who_has_one_name_gets_in_at_the_click(play: Play) -> None:
    play.rules(last_name_required=True)
    play.begin("kim")
    one = play.person("one", "one@people.example", first_name="Sukarno", last_name="")
    play.lms("PUT", f"{play.path}/enrollments/{play.user('one')}", one)

    assert play.lets_in("one")["email"] == "one@people.example"

    play.settles(registered=2)


@scenario(
    MEETING,
    WEBINAR,
    outage={
        "500": {"kind": "status", "status": 500},
        "cut": {"kind": "cut_before"},
    },
    takes_long=True,
)
def an_outage_is_said_within_a_minute(play: Play, outage: dict[str, Any]) -> None:
    play.fault(**outage, times=None)
    play.put()
    play.enrol("kim")

    play.stops("waiting", "zoom_unavailable", within=60)

    assert play.event()["sync"]["next_attempt_at"]
    assert play.click("kim")["state"] == "preparing"
    assert play.sessions() == []


@scenario(MEETING, takes_long=True)
def an_outage_during_a_change_is_said_within_a_minute(play: Play) -> None:
    event = play.begin("kim")
    play.fault("status", status=503, body="", times=None)
    play.put(title="Fire safety")

    play.stops("waiting", "zoom_unavailable", within=60)

    assert play.lets_in("kim")
    assert play.event()["zoom"]["id"] == event["zoom"]["id"]
