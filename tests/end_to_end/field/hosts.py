"""A host is a Zoom user, not an address: who is the same keeps all, who is another gets nothing."""

from __future__ import annotations

from lectern_testing.over_http.company import MEETING, WEBINAR, scenario
from lectern_testing.over_http.scenario import Play


def new_address(play: Play) -> str:
    """Has the host's Zoom user called by another address."""
    address = f"new-{play.host}"
    play.act("change_user_email", email=play.host, new_email=address)
    return address


def nothing_is_replaced(play: Play, zoom_id: str, links: dict[str, str]) -> None:
    assert play.settles(registered=2)["zoom"]["id"] == zoom_id
    assert play.registrants() == links
    assert play.calls()[f"create_{play.kind}"] == 0
    assert play.lets_in("host")["role"] == "host"


@scenario(MEETING, WEBINAR)
def a_new_address_of_the_same_user_in_the_event_replaces_nothing(play: Play) -> None:
    event, links = play.begin("kim", "lee"), play.registrants()
    address = new_address(play)

    play.put(host={"user_id": play.user("host"), "email": address})

    nothing_is_replaced(play, event["zoom"]["id"], links)


@scenario(MEETING, WEBINAR)
def a_new_address_of_the_user_reaches_the_host_of_the_event(play: Play) -> None:
    event, links = play.begin("kim", "lee"), play.registrants()
    address = new_address(play)

    user = {"email": address, "first_name": "Anna", "last_name": "Berg"}
    assert play.lms("PUT", f"/v1/users/{play.user('host')}", user).ok

    play.until(play.event, lambda seen: seen["host"]["email"] == address, "the host's address")
    nothing_is_replaced(play, event["zoom"]["id"], links)


@scenario(MEETING)
def a_new_address_at_zoom_of_which_the_lms_knows_nothing_replaces_nothing(play: Play) -> None:
    event, links = play.begin("kim", "lee"), play.registrants()
    new_address(play)

    play.look_again()
    play.rests()

    assert play.event()["zoom"]["id"] == event["zoom"]["id"]
    assert play.registrants() == links
    assert play.lets_in("kim")


@scenario(WEBINAR)
def the_same_address_in_other_letters_is_the_same_host(play: Play) -> None:
    event, links = play.begin("kim", "lee"), play.registrants()

    play.put(host={"user_id": play.user("host"), "email": play.host.upper()})

    nothing_is_replaced(play, event["zoom"]["id"], links)


@scenario(MEETING)
def another_user_is_another_host_and_the_former_session_is_closed(play: Play) -> None:
    play.most_creations = 2
    event = play.begin("kim", "lee")
    other = play.another_host("other")

    play.put(host={"user_id": play.user("host"), "email": other})

    assert play.settles(registered=2)["zoom"]["id"] != event["zoom"]["id"]
    assert [each["host_email"] for each in play.sessions()] == [other]
    assert play.lets_in("host")["email"] == other


@scenario(MEETING, WEBINAR)
def a_session_that_was_handed_to_another_user_is_put_right(play: Play) -> None:
    play.most_creations = 2
    play.begin("kim", "lee")
    play.by_hand("transfer_session", to=play.another_host("other"))

    play.look_again()
    play.settles(registered=2)

    assert play.session()["host_email"] == play.host
    assert play.lets_in("host")["email"] == play.host
    assert play.lets_in("kim")


@scenario(MEETING, WEBINAR)
def the_start_link_of_another_user_is_given_to_nobody(play: Play) -> None:
    play.most_creations = 2
    play.begin("kim")
    play.by_hand("transfer_session", to=play.another_host("other"))

    decision = play.click("host")

    if decision["url"]:  # It may have been put right by now.
        assert play.opens(decision["url"])["email"] == play.host
    assert play.lets_in("host")["email"] == play.host
    play.settles(registered=1)


@scenario(MEETING, WEBINAR)
def a_session_that_was_handed_to_the_next_host_is_kept(play: Play) -> None:
    event, links = play.begin("kim", "lee"), play.registrants()
    other = play.another_host("other")
    play.by_hand("transfer_session", to=other)

    play.put(host={"user_id": play.user("host"), "email": other})

    nothing_is_replaced(play, event["zoom"]["id"], links)
    assert play.lets_in("host")["email"] == other
