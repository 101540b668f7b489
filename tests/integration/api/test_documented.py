"""The API does what its document says, whatever it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lectern.api.docs.about import ALL_ROUTES, document_text
from lectern_testing.lms.api import Answered, an_event_body, an_lms

DOCUMENT = json.loads(document_text())
TEMPLATES = [(route.method, route.path) for route in ALL_ROUTES]
KIM = {"user_id": "u-77", "email": "kim@acme.example", "first_name": "Kim"}

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["2026-12-01T10:00:00Z", "9999-12-31T23:59:59-23:59", "whsec_aGk=", "a@b.example"]
    )
    | st.sampled_from(
        ["https://lms.example", "http://[", "webinar", "Europe/Oslo", "posix", "\x00"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
good_bodies = st.sampled_from(
    [
        an_event_body(),
        KIM,
        {"enrollments": [KIM, {}]},
        {"granted": False, "requirements": [{"id": "r", "title": "t", "met": False}]},
        {"zoom": {"account_id": "a", "client_id": "c", "client_secret": "s"}},
        {"features": {"webinars": True}, "access_validation": {"lead_minutes": [5]}},
        {"notifications": {"url": "https://lms.example", "secret": None}},
        {"user_id": "u-77", "expires_in_seconds": 60},
        {"event_ids": ["ev-1", "ev-2"]},
    ]
)


@st.composite
def nearly_good_bodies(draw: Callable[..., Any]) -> dict[str, Any]:
    """A good body with one field, somewhere in it, made anything."""
    body = json.loads(json.dumps(draw(good_bodies)))
    part = body
    while True:
        key = draw(st.sampled_from(sorted(part)))
        if isinstance(part[key], dict) and part[key] and draw(st.booleans()):
            part = part[key]
            continue
        part[key] = draw(values)
        found: dict[str, Any] = body
        return found


names = st.sampled_from(["limit", "cursor", "state", "from", "to", "context", "user_id", "x"])
queries = st.dictionaries(names, st.lists(st.text(max_size=12), min_size=1, max_size=2), max_size=2)
bodies = (
    good_bodies | nearly_good_bodies() | st.dictionaries(st.text(max_size=8), values, max_size=4)
)
raws = st.text(max_size=40) | st.binary(max_size=40)
ids = st.sampled_from(["ev-1", "u-77", "a b", "%", "%41", "é", "x" * 129]) | st.text(
    st.characters(exclude_characters="/"), min_size=1, max_size=6
)
headers = st.dictionaries(st.just("If-Match"), st.text(max_size=8) | st.just('"1"'), max_size=1)


def is_as_documented(method: str, template: str, answer: Answered) -> bool:
    """Whether the document states the status, and the body is what it says."""
    stated = DOCUMENT["paths"][template][method.lower()]["responses"][str(answer.status)]
    if "$ref" in stated:
        stated = DOCUMENT["components"]["responses"][stated["$ref"].rpartition("/")[2]]
    media = answer.headers["Content-Type"].partition(";")[0]
    content = stated["content"][media]
    if content["schema"] and "json" in media:
        schema = content["schema"] | {"components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(answer.json)
    return True


def test_no_input_is_a_fault_of_ours_and_every_answer_is_as_documented() -> None:
    with an_lms() as lms:
        lms.put_event("ev-1")
        lms.enrol("u-77")

        @settings(
            max_examples=150,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        )
        @given(st.sampled_from(TEMPLATES), ids, bodies | raws, queries | st.none(), headers)
        def ask(
            route: tuple[str, str],
            some_id: str,
            body: bytes | dict[str, Any] | str,
            query: dict[str, list[str]] | None,
            sent: dict[str, str],
        ) -> None:
            method, template = route
            path = re.sub(r"{\w+}", lambda _: some_id, template)
            text = json.dumps(body) if isinstance(body, dict) else body
            answer = lms.send(method, path, raw=text, query=query, headers=sent)
            assert answer.status < 500
            if answer.status not in {404, 405}:
                assert is_as_documented(method, template, answer)

        ask()


def test_good_conversations_are_as_documented() -> None:
    with an_lms() as lms:
        event, people = "/v1/events/{event_id}", "/v1/events/{event_id}/enrollments"
        person, user = f"{people}/{{user_id}}", "/v1/users/{user_id}"
        conversation = [
            ("PUT", event, an_event_body(context={"id": "c"}), 202),
            ("PUT", event, an_event_body(context={"id": "c"}), 200),
            ("PUT", person, KIM, 202),
            ("PUT", person, KIM, 200),
            ("PUT", f"{person}/access", {"granted": False}, 202),
            ("POST", people, {"enrollments": [KIM, {}]}, 202),
            ("PUT", people, {"enrollments": [KIM]}, 200),
            ("GET", people, None, 200),
            ("GET", person, None, 200),
            ("DELETE", person, None, 202),
            ("DELETE", person, None, 404),
            ("POST", f"{event}/sync", None, 202),
            ("GET", event, None, 200),
            ("GET", f"{event}/attendance", None, 200),
            ("POST", f"{event}/join-links", {"user_id": "u", "expires_in_seconds": 60}, 200),
            ("POST", f"{event}/join-links", {"user_id": "u", "expires": "event_end"}, 200),
            ("POST", f"{user}/join-decisions", {"event_ids": ["ev-1", "ev-2"]}, 200),
            ("POST", f"{user}/login", None, 202),
            ("PUT", user, {"email": "kim@acme.example"}, 200),
            ("GET", user, None, 200),
            ("DELETE", user, None, 202),
            ("GET", "/join/{token}", None, 401),
            ("GET", "/v1/events", None, 200),
            ("DELETE", event, None, 202),
            ("DELETE", event, None, 200),
            ("PUT", person, KIM, 409),
            ("PUT", "/v1/settings", {"drift": "report"}, 202),
            ("PUT", "/v1/settings", {"drift": "report"}, 200),
            ("GET", "/v1/settings", None, 200),
            ("GET", "/v1/changes", None, 200),
            ("GET", "/health", None, 200),
            ("GET", "/openapi.json", None, 200),
            ("GET", "/docs", None, 200),
        ]
        for method, template, body, status in conversation:
            path = template.replace("{event_id}", "ev-1").replace("{user_id}", "u-77")
            answer = lms.send(method, path, body)
            assert answer.status == status, (method, path, answer.text)
            assert is_as_documented(method, template, answer)


def test_what_is_public_says_so() -> None:
    with an_lms() as lms:
        assert lms.get("/health", query={"t": ["1", "2"]}).json == {
            "status": "ok",
            "version": DOCUMENT["info"]["version"],
        }
        assert lms.get("/openapi.json").json == DOCUMENT
        docs = lms.get("/docs")
        assert docs.headers["Content-Type"] == "text/html; charset=utf-8"
        assert docs.headers["Content-Security-Policy"].startswith("default-src 'none'")
