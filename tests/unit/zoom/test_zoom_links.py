"""What is a link in Zoom's answers, and what only looks like one."""

from __future__ import annotations

import pytest

from lectern.zoom.links import schemes_of, with_links_of

ZOOM = schemes_of("https://api.zoom.us/v2")
SIMULATED = schemes_of("http://127.0.0.1:3001/v2")
GOOD = "https://acme.zoom.us/w/85746065?tk=a.b-c_d&pwd=x"


@pytest.mark.parametrize("name", ["join_url", "start_url", "registration_url"])
def test_a_link_is_taken_wherever_it_stands(name: str) -> None:
    answer = {
        name: GOOD,
        "registrants": [{"id": "1", name: GOOD}],
        "deep": {"er": [[{name: GOOD}]]},
    }
    assert with_links_of(ZOOM, answer) == answer


@pytest.mark.parametrize(
    "odd",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//https://zoom.us",
        "data:text/html,x",
        "//evil.example/x",
        "/w/1",
        "https:///w/1",
        "https://",
        "https:zoom.us",
        "ftp://zoom.us/w/1",
        "http://zoom.us/w/1",
        "https://zoom.us/\r\nSet-Cookie: a=b",
        " https://zoom.us/w/1",
        "https://zoom.us/" + "x" * 5000,
        "",
        None,
        7,
        [GOOD],
        {"https": GOOD},
    ],
    ids=repr,
)
def test_what_is_none_is_left_unsaid(odd: object) -> None:
    answer = {"id": 1, "join_url": odd, "registrants": [{"id": "1", "join_url": odd}]}
    assert with_links_of(ZOOM, answer) == {"id": 1, "registrants": [{"id": "1"}]}


def test_the_simulated_account_has_links_without_encryption() -> None:
    link = {"join_url": "http://127.0.0.1:3001/w/1"}
    assert with_links_of(SIMULATED, link) == link
    assert with_links_of(ZOOM, link) == {}
    assert with_links_of(SIMULATED, {"join_url": "javascript:alert(1)"}) == {}
