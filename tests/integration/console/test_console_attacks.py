"""Attacks on the console, each against every row of its table of routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from lectern.console.http.guard import GuardedRoute
from lectern.console.routes import CONSOLE_ROUTES, GUARDED
from lectern.domain.console.session import OperatorRole
from lectern.domain.problems import EventProblem
from lectern_testing import operator as browser
from lectern_testing.aws.moto_shortcut import asked_of
from lectern_testing.console import as_failed, as_refused, as_tested
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator, Shown

HTML = "<img src=x onerror=alert(1)>\"'&"
RAW = ("<img src=x", "<script>alert", 'alert(1)>"')
APP = {"account_id": "acc", "client_id": "client", "client_secret": "s"}
IDS = {"event_id": "ev-1", "user_id": "u-77", "connection_id": "acme"}
PAGES = [route for route in GUARDED if route.method == "GET"]
ACTIONS = [route for route in GUARDED if route.method == "POST"]
OF_ADMINS = [route for route in ACTIONS if route.role is OperatorRole.ADMIN]
OF_NAMES = [route for route in CONSOLE_ROUTES if "{" in route.path]
ASKED = ("person", "text", "state", "when", "from", "to", "cursor", "done", "connection")
"""What pages are asked for beside their path."""
MIB = 1024 * 1024


@pytest.fixture
def hostile(lms: Lms) -> dict[str, str]:
    """A platform in which all that others name is HTML; the ids of what there is."""
    person = {"first_name": HTML, "last_name": HTML}
    lms.put("/v1/settings", {"zoom": APP})
    lms.put("/v1/connections/acme", APP)
    as_refused(lms, "acme", HTML)
    lms.put_event(
        "ev-1",
        title=HTML,
        description=HTML,
        context={"id": HTML, "title": HTML, "url": "https://lms.example/?a=1&b=%22%3E"},
        url="https://lms.example/?a=1&b=%22%3E",
        instructors=[{"user_id": "u-i", "email": "i@acme.example", "name": HTML}],
    )
    needed = [{"id": HTML, "title": HTML, "met": False, "url": "https://lms.example/m/1"}]
    lms.put("/v1/settings", {"access_validation": {"enabled": True}})
    lms.enrol("u-77", **person, access={"granted": False, "requirements": needed})
    as_failed(lms, "ev-1", EventProblem.REJECTED, f"Zoom said: {HTML} (code 300).")
    return {**IDS, "validation_id": as_tested(lms)}


def path_of(route: GuardedRoute, ids: dict[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda named: ids.get(named[1], "x"), route.path)


def named(route: GuardedRoute) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_what_others_name_is_no_html_on_any_page(
    hostile: dict[str, str], admin: Operator, route: GuardedRoute
) -> None:
    shown = admin.get(path_of(route, hostile))

    assert shown.status in {200, 303}
    is_table = shown.headers["Content-Type"].startswith("text/csv")
    assert is_table or not [each for each in RAW if each in shown.text]


def test_what_others_name_is_on_the_pages_all_the_same(
    hostile: dict[str, str], admin: Operator
) -> None:
    shown = "".join(admin.get(path_of(route, hostile)).text for route in PAGES)

    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") > len(PAGES)


@pytest.mark.parametrize("route", PAGES, ids=named)
@pytest.mark.parametrize(
    "typed", [HTML, "\r\nSet-Cookie: a=b", "//evil.example", "\x00", "é" * 999]
)
def test_whatever_a_page_is_asked_for_nothing_of_it_gets_out_of_its_place(
    hostile: dict[str, str], admin: Operator, route: GuardedRoute, typed: str
) -> None:
    asked = urlencode(dict.fromkeys(ASKED, typed))

    shown = admin.get(f"{path_of(route, hostile)}?{asked}")

    assert shown.status < 500
    is_in_its_place(shown)


@pytest.mark.parametrize("route", OF_NAMES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "..%2F..", "a\r\nb: c", "x" * 9999, "%00"]
)
def test_a_path_of_nonsense_is_a_page_that_says_so(
    lms: Lms, admin: Operator, route: GuardedRoute, name: str
) -> None:
    path = re.sub(r"{\w+}", quote(name, safe="%"), route.path)

    shown = admin.post(path) if route.method == "POST" else admin.get(path)

    assert 400 <= shown.status < 500
    is_in_its_place(shown)


def is_in_its_place(shown: Shown) -> None:
    """No header holds a line of its own, no address leads away, and no text became HTML."""
    assert not [each for each in shown.headers.values() if re.search(r"[\r\n\0]", each)]
    assert shown.headers.get("Location", "/live/console").startswith("/live/console")
    assert not [each for each in RAW if each in shown.text]


@pytest.mark.parametrize("route", OF_ADMINS, ids=named)
def test_support_does_nothing_that_is_for_administrators(
    hostile: dict[str, str], lms: Lms, operator: Operator, route: GuardedRoute
) -> None:
    token = operator.get("/console").form_token

    with asked_of(lms.client) as asked:
        fields = urlencode({"form_token": token, "connection_id": "new", **APP})
        sent = operator.send("POST", path_of(route, hostile), fields, {"Origin": browser.SITE})

    assert sent.status == 403
    assert "for administrators" in sent.text
    assert set(asked) <= {"BatchGetItem"}, "the session is read, and nothing else is done"


FORGED: dict[str, Callable[[Operator, Operator], dict[str, str]]] = {
    "none": lambda _admin, _other: {},
    "empty": lambda _admin, _other: {"form_token": ""},
    "another session's": lambda _admin, other: {"form_token": other.get("/console").form_token},
    "a part of it": lambda admin, _other: {"form_token": admin.get("/console").form_token[:-1]},
    "the cookie itself": lambda admin, _other: {"form_token": admin.cookie.partition("=")[2]},
}


@pytest.mark.parametrize("forged", FORGED)
def test_no_form_is_taken_without_the_token_of_its_session(
    hostile: dict[str, str], lms: Lms, admin: Operator, forged: str
) -> None:
    other = Operator(lms)
    other.enter(role="admin", user_id="op-admin")
    fields = urlencode({**FORGED[forged](admin, other), "connection_id": "new", **APP})

    with asked_of(lms.client) as asked:
        answers = {
            named(route): admin.send(
                "POST", path_of(route, hostile), fields, {"Origin": browser.SITE}
            ).status
            for route in ACTIONS
        }

    assert answers == dict.fromkeys(map(named, ACTIONS), 403)
    assert set(asked) <= {"BatchGetItem"}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": f"{browser.SITE}.evil"},
     {"Origin": browser.SITE, "Sec-Fetch-Site": "cross-site"},
     {"Origin": browser.SITE, "Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_no_form_is_taken_from_elsewhere(
    hostile: dict[str, str], admin: Operator, headers: dict[str, str]
) -> None:
    fields = urlencode({"form_token": admin.get("/console").form_token})
    answers = {
        named(route): admin.send("POST", path_of(route, hostile), fields, headers).status
        for route in ACTIONS
    }

    assert answers == dict.fromkeys(map(named, ACTIONS), 403)


def _revoked(lms: Lms, admin: Operator) -> None:
    lms.delete("/v1/users/op-admin/console-sessions")


def _erased(lms: Lms, admin: Operator) -> None:
    lms.delete("/v1/users/op-admin")


def _expired(lms: Lms, admin: Operator) -> None:
    lms.parts.moment += timedelta(hours=8)


def _left(lms: Lms, admin: Operator) -> None:
    stolen = admin.cookie
    admin.post("/console/leave")
    admin.cookie = stolen


def _superseded(lms: Lms, admin: Operator) -> None:
    stolen = admin.cookie
    admin.enter(role="admin", user_id="op-admin")
    admin.cookie = stolen


@pytest.mark.parametrize("end", [_revoked, _erased, _expired, _left, _superseded])
def test_a_cookie_of_a_session_that_is_over_opens_nothing(
    hostile: dict[str, str], lms: Lms, admin: Operator, end: Callable[[Lms, Operator], None]
) -> None:
    token = admin.get("/console").form_token
    end(lms, admin)

    answers = {}
    for route in GUARDED:
        body = urlencode({"form_token": token}) if route.method == "POST" else None
        path, own = path_of(route, hostile), {"Origin": browser.SITE}
        answers[named(route)] = admin.send(route.method, path, body, own).status

    assert answers == dict.fromkeys(map(named, GUARDED), 401)


def giants(token: str) -> Iterator[tuple[str, int]]:
    """Forms that are too much, and what they are answered with."""
    yield urlencode({"form_token": token, "a": "x" * MIB}), 413
    yield "&".join([f"form_token={token}", *("a=b" for _ in range(501))]), 400
    yield "&".join([f"form_token={token}", "%ff=%ff"]), 400


@pytest.mark.parametrize("route", ACTIONS, ids=named)
def test_a_giant_of_a_form_is_refused_unread(
    hostile: dict[str, str], admin: Operator, route: GuardedRoute
) -> None:
    token = admin.get("/console").form_token
    path, own = path_of(route, hostile), {"Origin": browser.SITE}

    for form, status in giants(token):
        assert admin.send("POST", path, form, own).status == status


@pytest.mark.parametrize("route", ACTIONS, ids=named)
def test_a_form_of_nonsense_is_no_fault_of_ours(
    hostile: dict[str, str], admin: Operator, route: GuardedRoute
) -> None:
    page = admin.get("/console/settings").text + admin.get("/console/connections").text
    names = set(re.findall(r'name="([\w.]+)"', page)) | {"version", "shown", "host.email"}
    for typed in (HTML, "\x00", "9" * 400, "[[[[", "é" * 9999, '{"a": {"b": 1}}'):
        fields = dict.fromkeys(names - {"form_token"}, typed)

        sent = admin.post(path_of(route, hostile), fields)
        if "/leave" in route.path:
            admin.enter(role="admin", user_id="op-admin")

        assert sent.status < 500
        is_in_its_place(sent)


LOOKS_AT_ZOOM = {"/console/set-up", "/console/scopes"}
"""What Zoom said is noted there, at most once a minute."""


@pytest.mark.parametrize("route", PAGES, ids=named)
def test_a_page_that_is_looked_at_changes_nothing(
    hostile: dict[str, str], lms: Lms, admin: Operator, route: GuardedRoute
) -> None:
    if route.path in LOOKS_AT_ZOOM:
        admin.get(path_of(route, hostile))

    with asked_of(lms.client) as asked:
        admin.get(path_of(route, hostile))

    assert set(asked) <= {"GetItem", "BatchGetItem", "Query"}
