"""The way into the console and out of it: links, cookies, forms, roles."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from lectern.console.http.files import served_name
from lectern.console.http.guard import action, page
from lectern.console.routes import CONSOLE_ROUTES, GUARDED
from lectern.domain.console.session import OperatorRole
from lectern_testing import operator as browser
from lectern_testing.browsing import Visitor
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator
from lectern_testing.table import TABLE_NAME


@pytest.fixture
def visitor(lms: Lms) -> Any:
    """Somebody without a session."""
    return Operator(lms)


def test_a_link_begins_a_session_where_it_says(visitor: Visitor) -> None:
    opened = visitor.get(visitor.link(path="/console/events?state=failed"))  # type: ignore[attr-defined]

    assert opened.status == 303
    assert opened.headers["Location"] == "/live/console/events?state=failed"
    assert visitor.get(opened.location).status == 200  # type: ignore[attr-defined]


def test_the_cookie_is_for_this_host_over_https_and_for_no_script(visitor: Visitor) -> None:
    cookie = visitor.get(visitor.link()).headers["Set-Cookie"]  # type: ignore[attr-defined]

    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-")
    assert set(attributes) == {"Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Lax", "Secure"}


def test_the_cookies_of_others_do_not_hide_it(operator: Operator) -> None:
    operator.cookie = f'a="b; c=;;d,e=@[]; {operator.cookie}; f'

    assert operator.get("/console").status == 200


def test_over_plain_http_the_cookie_is_one_that_browsers_keep_there(visitor: Visitor) -> None:
    cookie = visitor.get(visitor.link(), **{"X-Forwarded-Proto": "http"}).headers["Set-Cookie"]  # type: ignore[attr-defined]

    assert cookie.startswith("lectern-console=")
    assert "Secure" not in cookie
    assert "HttpOnly; SameSite=Lax" in cookie


def test_a_link_is_opened_once(visitor: Visitor, lms: Lms) -> None:
    link = visitor.link()  # type: ignore[attr-defined]
    assert visitor.get(link).status == 303  # type: ignore[attr-defined]

    again = Operator(lms).get(link)

    assert again.status == 410
    assert "Set-Cookie" not in again.headers


def test_an_expired_link_begins_nothing(visitor: Visitor, lms: Lms) -> None:
    link = visitor.link(expires_in_seconds=60)  # type: ignore[attr-defined]
    lms.parts.moment += timedelta(seconds=60)

    assert visitor.get(link).status == 410  # type: ignore[attr-defined]
    assert visitor.get("/console").status == 401  # type: ignore[attr-defined]


@pytest.mark.parametrize("change", [lambda link: link + "x", lambda link: link[:-9] + link[-8:]])
def test_a_forged_link_begins_nothing(visitor: Visitor, change: Any) -> None:
    answered = visitor.get(change(visitor.link()))  # type: ignore[attr-defined]

    assert answered.status == 401
    assert "Set-Cookie" not in answered.headers


def test_a_join_link_is_no_console_link(visitor: Visitor, lms: Lms) -> None:
    lms.put_event()
    url = lms.post("/v1/events/ev-1/join-links", {"user_id": "u-1", "expires": "event_end"}).json
    token = url["url"].rpartition("/")[2]

    assert visitor.get(f"/console/open/{token}").status == 401  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/console", "//evil.example/console", "/console.evil.example",
        "/v1/settings", "/console/../v1", "/console/..", "/console//evil.example",
        "/console/%2e%2e/v1", "/console\\evil", "/console/x#y", "/console/x\n",
    ],
)  # fmt: skip
def test_a_link_leads_nowhere_but_into_the_console(lms: Lms, path: str) -> None:
    answered = lms.post("/v1/console-links", {"user_id": "op-1", "path": path})

    assert answered.status == 422
    assert answered.pointers == ["/path"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/user_id"),
        ({"role": "owner"}, "/role"),
        ({"expires_in_seconds": 0}, "/expires_in_seconds"),
        ({"expires_in_seconds": 3601}, "/expires_in_seconds"),
        ({"more": 1}, "/more"),
    ],
)
def test_what_a_link_cannot_be(lms: Lms, body: Any, pointer: str) -> None:
    given = {"user_id": "op-1", **body} if body else body
    assert lms.post("/v1/console-links", given).pointers == [pointer]


def test_unless_said_otherwise_a_link_is_support_s_for_five_minutes(
    lms: Lms, visitor: Visitor
) -> None:
    answered = lms.post("/v1/console-links", {"user_id": "op-1"}).json
    assert answered["expires_at"] == "2026-11-30T09:05:00Z"

    assert "Support" in visitor.enter().text  # type: ignore[attr-defined]


def test_a_session_ends_after_eight_hours_at_most(operator: Operator, lms: Lms) -> None:
    lms.parts.moment += timedelta(hours=8) - timedelta(seconds=1)
    assert operator.get("/console").status == 200

    lms.parts.moment += timedelta(seconds=1)
    assert operator.get("/console").status == 401


def test_whoever_logs_out_is_out_and_so_is_a_stolen_cookie(operator: Operator) -> None:
    stolen = operator.cookie

    left = operator.post("/console/leave")

    assert left.status == 200
    assert "Max-Age=0" in left.headers["Set-Cookie"]
    operator.cookie = stolen
    assert operator.get("/console").status == 401


def test_the_lms_ends_all_sessions_of_an_operator_and_the_links_not_opened_yet(
    operator: Operator, admin: Operator, lms: Lms
) -> None:
    other_browser, waiting = Operator(lms), operator.link()
    other_browser.enter()

    ended = lms.delete("/v1/users/op-1/console-sessions")

    assert (ended.status, ended.json) == (200, {"sessions": 2})
    assert operator.get("/console").status == 401
    assert other_browser.get("/console").status == 401
    assert Operator(lms).get(waiting).status == 410
    assert admin.get("/console").status == 200
    lms.parts.moment += timedelta(microseconds=1)
    assert operator.enter().status == 200


def test_whoever_is_erased_has_no_session(operator: Operator, lms: Lms) -> None:
    lms.delete("/v1/users/op-1")

    assert operator.get("/console").status == 401


def test_another_link_in_the_same_browser_ends_the_former_session(
    operator: Operator, lms: Lms
) -> None:
    former = operator.cookie
    operator.enter(role="admin")
    thief = Operator(lms)
    thief.cookie = former

    assert thief.get("/console").status == 401
    assert operator.get("/console").status == 200


def test_the_table_does_not_hold_what_lets_in(operator: Operator, lms: Lms) -> None:
    _, _, secret = operator.cookie.partition("=")
    stored = str(lms.client.scan(TableName=TABLE_NAME)["Items"])

    assert secret not in stored
    assert secret.partition(".")[2] not in stored


NO_SESSION = (
    "", "nonsense", "a=b; c", "__Host-lectern-console=", "__Host-lectern-console=x.y",
    "__Host-lectern-console=é",
)  # fmt: skip


@pytest.mark.parametrize("cookie", NO_SESSION)
def test_without_a_session_there_is_nothing_to_see(visitor: Visitor, cookie: Any) -> None:
    visitor.cookie = cookie  # type: ignore[attr-defined]

    answered = visitor.get("/console/events")  # type: ignore[attr-defined]

    assert answered.status == 401
    assert "open the console from your LMS" in answered.text


FORGED = {
    "no token": ({"form_token": ""}, {}),
    "a wrong token": ({"form_token": "0" * 64}, {}),
    "letters that are none": ({"form_token": "\udcff"}, {}),
    "another site": ({}, {"Origin": "https://evil.example"}),
    "a site of no name": ({}, {"Origin": "null"}),
    "the same host over http": ({}, {"Origin": "http://api.example"}),
    "a site beside ours": ({}, {"Sec-Fetch-Site": "same-site"}),
    "another site, as the browser says": ({}, {"Sec-Fetch-Site": "cross-site"}),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_form_from_elsewhere_does_nothing(operator: Operator, forged: Any) -> None:
    fields, headers = forged
    if "\udcff" in fields.get("form_token", ""):
        answered = operator.send("POST", "/console/leave", "form_token=%FF")
        assert answered.status == 400
    else:
        assert operator.post("/console/leave", fields, **headers).status == 403

    assert operator.get("/console").status == 200


def test_the_token_of_another_session_does_nothing(operator: Operator, admin: Operator) -> None:
    token = admin.get("/console").form_token

    assert operator.post("/console/leave", {"form_token": token}).status == 403
    assert operator.get("/console").status == 200


def test_a_form_without_a_field_for_the_token_does_nothing(operator: Operator) -> None:
    assert operator.send("POST", "/console/leave", "a=b", {"Origin": browser.SITE}).status == 403


def test_a_role_reaches_what_its_row_in_the_table_says(
    operator: Operator, admin: Operator, lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = page("/console/secrets", lambda visit: visit.to("/seen"), OperatorRole.ADMIN, "")
    done = action("/console/secrets", lambda visit: visit.to("/done"), OperatorRole.ADMIN, "")
    monkeypatch.setattr(browser, "CONSOLE_ROUTES", (*CONSOLE_ROUTES, seen, done))
    by_role = {}
    for name, someone in {"support": operator, "admin": admin}.items():
        again = Operator(lms)
        again.cookie = someone.cookie
        looked, sent = again.get("/console/secrets"), again.post("/console/secrets")
        by_role[name] = (looked.status, sent.status)

    assert by_role == {"support": (403, 403), "admin": (303, 303)}


def test_every_answer_keeps_other_sites_out(operator: Operator, visitor: Visitor) -> None:
    answers = [
        operator.get("/console"),
        visitor.get("/console"),  # type: ignore[attr-defined]
        visitor.get("/console/open/x"),  # type: ignore[attr-defined]
        visitor.get(visitor.link()),  # type: ignore[attr-defined]
        operator.get("/console/nothing/here"),
    ]
    for answered in answers:
        policy = answered.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answered.headers["X-Frame-Options"] == "DENY"
        assert answered.headers["Cache-Control"] == "no-store"
        assert answered.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert answered.headers["X-Content-Type-Options"] == "nosniff"


def test_what_does_not_exist_is_a_page_too(operator: Operator, visitor: Visitor) -> None:
    answered = operator.get("/console/nothing/here")

    assert answered.status == HTTPStatus.NOT_FOUND
    assert answered.headers["Content-Type"].startswith("text/html")
    assert 'href="/live/console/static/console.' in answered.text
    assert visitor.send("PUT", "/console").status == 405  # type: ignore[attr-defined]


def test_files_are_served_by_their_content_and_kept_for_good(
    visitor: Visitor, operator: Operator
) -> None:
    style = f"/console/static/{served_name('console.css')}"
    assert style in operator.get("/console").text

    answered = visitor.get(style)  # type: ignore[attr-defined]

    assert answered.status == 200
    assert answered.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answered.headers["Cache-Control"]
    assert visitor.get("/console/static/console.css").status == 404  # type: ignore[attr-defined]
    assert visitor.get("/console/static/..%2Fapp.py").status == 404  # type: ignore[attr-defined]


def test_no_line_of_the_log_has_a_link_or_a_cookie(operator: Operator) -> None:
    written = operator.log.getvalue()
    assert "/console/open/{token}" in written
    assert operator.cookie.partition("=")[2] not in written


EVERY_ROW = [
    pytest.param(route, re.sub(r"{\w+}", "x", route.path), id=f"{route.method} {route.path}")
    for route in GUARDED
]


@pytest.mark.parametrize(("route", "path"), EVERY_ROW)
def test_no_row_lets_in_who_has_no_session_or_not_the_role_or_a_form_of_others(
    visitor: Visitor, operator: Operator, route: Any, path: str
) -> None:
    assert visitor.send(route.method, path, "").status == 401  # type: ignore[attr-defined]
    if route.method == "POST":
        assert operator.send("POST", path, "form_token=no", {"Origin": browser.SITE}).status == 403
        stranger = {"Origin": "https://evil.example"}
        assert operator.post(path, None, **stranger).status == 403
    elif route.role is OperatorRole.ADMIN:
        assert operator.get(path).status == 403
