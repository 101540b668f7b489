"""What holds for every request: how it is read, how it is refused, and what is told of it."""

from __future__ import annotations

import base64
import json
import re

import pytest
from botocore.exceptions import ClientError

from lectern.api.http.cursors import encode_cursor
from lectern.api.join.routes import JOIN
from lectern.api.routes import ROUTES
from lectern_testing.lms.api import Answered, Lms, an_event_body

EVENT = "/v1/events/ev-1"
ONE_MIB = 1024 * 1024


def refused(answer: Answered, status: int, code: str) -> Answered:
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["code"] == code
    assert {"type", "title", "detail"} <= answer.json.keys()
    return answer


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "5",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": "\\ud800"}',
        '{"a": "\ud800"}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a":' * 5000,
        "[" * 100_000,
        b"\xff\xfe",
        b'{"a": "\xff"}',
        "\ufeff{}",
    ],
)
def test_what_is_no_json_object_is_400(lms: Lms, raw: str) -> None:
    refused(lms.put(EVENT, raw=raw), 400, "invalid_json")


def test_a_body_in_base64_is_read(lms: Lms) -> None:
    body = json.dumps(an_event_body(title="Truckførerkursus"), ensure_ascii=False).encode()
    assert lms.put(EVENT, raw=body).json["title"] == "Truckførerkursus"


@pytest.mark.parametrize("as_bytes", [True, False])
def test_a_body_over_1_mib_is_413_and_one_of_1_mib_is_read(lms: Lms, *, as_bytes: bool) -> None:
    frame = len('{"title": ""}')
    for size, status in ((ONE_MIB, 422), (ONE_MIB + 1, 413), (3 * ONE_MIB, 413)):
        text = '{"title": "%s"}' % ("x" * (size - frame))
        assert lms.put(EVENT, raw=text.encode() if as_bytes else text).status == status


def test_the_size_of_a_body_is_that_of_its_bytes(lms: Lms) -> None:
    text = '{"title": "%s"}' % ("æ" * (ONE_MIB // 2))
    refused(lms.put(EVENT, raw=text), 413, "body_too_large")


ODD = ["a\u0000b", 10**300, 1e308, -1, True, None, [], {}, [[[]]], {"a": {"b": []}}, ""]


@pytest.mark.parametrize("name", sorted(an_event_body()))
def test_odd_values_are_refused_or_taken_but_never_a_fault_of_ours(lms: Lms, name: str) -> None:
    for value in ODD:
        assert lms.put_event(**{name: value}).status in {200, 202, 422}


def test_all_faults_of_path_query_and_body_are_told_at_once(lms: Lms) -> None:
    answer = lms.put(
        "/v1/events/a%20b",
        an_event_body(title=" ", kind=..., extra=1, host={"user_id": "u 1"}),
        query={"x": "1", "y": ["1", "2"]},
    )
    refused(answer, 422, "invalid_request")
    assert sorted(answer.pointers) == [
        "/event_id", "/extra", "/host/email", "/host/user_id", "/kind", "/title", "/x", "/y", "/y",
    ]  # fmt: skip


def test_a_pointer_escapes_what_json_pointers_escape(lms: Lms) -> None:
    assert lms.put_event(**{"a/b~c": 1}).pointers == ["/a~1b~0c"]


def test_more_faults_than_an_answer_can_hold_are_told_in_part(lms: Lms) -> None:
    answer = lms.put(EVENT, {str(number): 1 for number in range(70_000)})
    assert answer.status == 422
    assert len(answer.text) < ONE_MIB


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1/\x84",
        "/v1/events/ev-1/\x84",
        "/v1",
        "/v2/events",
        "/v1/nothing",
        "/v1/events/a/b",
        "/openapiXjson",
        "/v1/events/a%2Fb/c",
    ],
)
def test_an_unknown_path_is_404(lms: Lms, path: str) -> None:
    refused(lms.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["PATCH", "POST", "HEAD", "OPTIONS"])
def test_a_wrong_method_is_405_and_told_the_right_ones(lms: Lms, method: str) -> None:
    answer = refused(lms.send(method, EVENT), 405, "method_not_allowed")
    assert answer.headers["Allow"] == "DELETE, GET, PUT"


@pytest.mark.parametrize("event_id", ["a:b@c.d-e_f", "A" * 128, ".", "0"])
@pytest.mark.parametrize("encoded", [True, False])
def test_ids_of_the_lms_come_back_as_they_were(lms: Lms, event_id: str, *, encoded: bool) -> None:
    written = "".join(f"%{ord(character):02X}" for character in event_id) if encoded else event_id
    assert lms.put(f"/v1/events/{written}", an_event_body()).json["event_id"] == event_id
    assert lms.get(f"/v1/events/{event_id}").status == 200


LISTS = {
    "/v1/events": "None None None None",
    "/v1/events/ev-1/enrollments": "ev-1 None",
    "/v1/events/ev-1/attendance": "attendance ev-1",
    "/v1/users/kim": "kim",
    "/v1/changes": "changes",
}


@pytest.mark.parametrize(
    "position", ["", "\u0000", "x" * 5000, "#", "PERSON#", "enrolled ", "0#0#0"]
)
@pytest.mark.parametrize("path", sorted(LISTS))
def test_a_forged_cursor_is_a_422_whatever_it_names(lms: Lms, path: str, position: str) -> None:
    lms.put_event()
    lms.enrol("kim")
    for forged in (
        encode_cursor(position, LISTS[path], b"another's"),
        "WyIiLCJlYmE5MDBmOGI5YjMiXQ",
        base64.urlsafe_b64encode(json.dumps([position, ""]).encode()).decode(),
        position,
    ):
        refused(lms.get(path, query={"cursor": forged}), 422, "invalid_request")


NO_IDS = [
    *("a b", "a%20b", "A" * 129, "A" * 9000, "æ", "a%00", "a%2Fb", "a+b", "a,b", "%", "%zz"),
    *("a%0A", "\x84", "%C2%84", "a\n", "\x00", "%FF", "\u202e", "\U0001f600", "\ud800"),
    *("#", "?", '"', "`", "\\", "^", "|", "{x}", "<id>", "\u0661", "\uff41"),
]  # fmt: skip


@pytest.mark.parametrize("event_id", NO_IDS, ids=ascii)
def test_an_id_that_cannot_be_is_422(lms: Lms, event_id: str) -> None:
    assert lms.get(f"/v1/events/{event_id}").pointers == ["/event_id"]


PARAMETERS = sorted(
    {
        (route.method, route.path, name)
        for route in (*ROUTES, JOIN)
        for name in re.findall(r"{(\w+)}", route.path)
    }
)


@pytest.mark.parametrize("no_id", ["%C2%84", "\x84", "a%2Fb", "\u202e" * 200])
@pytest.mark.parametrize(("method", "path", "name"), PARAMETERS)
def test_an_id_that_cannot_be_is_422_wherever_it_stands(
    lms: Lms, method: str, path: str, name: str, no_id: str
) -> None:
    there = re.sub(r"{\w+}", "good", path.replace(f"{{{name}}}", no_id))
    answer = lms.send(method, there, {})
    assert answer.status == 422
    assert f"/{name}" in answer.pointers


@pytest.mark.parametrize("event_id", ["v1", "live", "events", "join-links", ".."])
def test_an_id_that_is_called_like_a_part_of_the_path_works(lms: Lms, event_id: str) -> None:
    event = f"/v1/events/{event_id}"
    assert lms.put(event, an_event_body()).status == 202
    assert lms.get(f"{event}/join", query={"user_id": "v1"}).json["state"] == "not_enrolled"
    made = lms.post(f"{event}/join-links", {"user_id": "v1", "expires_in_seconds": 60}).json["url"]
    assert made.startswith("https://api.example/live/join/")
    assert lms.get(made.removeprefix("https://api.example/live")).status == 200


def test_below_a_base_path_of_a_domain_everything_is_where_it_is(lms: Lms) -> None:
    """API Gateway has it in the path of the event as well, where a stage is not."""
    at = "/team/v1"
    assert lms.put(EVENT, an_event_body(), base_path=at).status == 202
    assert lms.get(EVENT, base_path=at).json["event_id"] == "ev-1"
    body = {"user_id": "u-1", "expires_in_seconds": 60}
    made = lms.post(f"{EVENT}/join-links", body, base_path=at).json["url"]
    assert made.startswith(f"https://api.example{at}/join/")
    refused(lms.get("/v1/nothing", base_path=at), 404, "not_found")


def test_a_body_that_is_not_expected_is_ignored(lms: Lms) -> None:
    lms.put_event()
    assert lms.get(EVENT, raw="{").status == 200
    assert lms.delete(EVENT, raw="x" * (ONE_MIB + 1)).status == 202


def test_an_unknown_parameter_of_the_query_is_422(lms: Lms) -> None:
    assert lms.get("/v1/settings", query={"verbose": "1"}).pointers == ["/verbose"]


def test_answers_are_json_in_utf_8_and_kept_nowhere(lms: Lms) -> None:
    answer = lms.put_event(title="Truckførerkursus")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Truckførerkursus" in answer.text


class Broken:
    """A part that fails with a text that nobody may see."""

    def get(self, *_: str) -> None:
        message = "no such thing: kim@acme.example"
        raise RuntimeError(message)


def test_an_unexpected_fault_is_500_without_a_word_of_it(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lms.parts, "events", Broken)
    answer = refused(lms.get(EVENT), 500, "internal_error")
    assert "request-1" in answer.json["detail"]
    assert '"RuntimeError"' in lms.log
    for text in (answer.text, lms.log):
        assert "acme.example" not in text
        assert "Traceback" not in text


def test_a_page_that_lambda_could_not_send_is_refused_with_advice(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.api.http.gateway.RESPONSE_BYTES", 1500)
    lms.put_event("ev-1")
    lms.put_event("ev-2")
    assert lms.get("/v1/events").pointers == ["/limit"]
    assert lms.get("/v1/events", query={"limit": 1}).status == 200


def test_dynamodb_that_slows_us_down_is_429(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(*_: str) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem")

    monkeypatch.setattr(lms.parts.events(), "get", throttled)
    answer = refused(lms.get(EVENT), 429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_request_is_one_line_of_the_log_without_people_or_secrets(lms: Lms) -> None:
    lms.put_event(title="A secret title")
    lms.enrol("kim@acme.example", email="kim.ng@acme.example", first_name="Kimberly")
    lms.put(
        "/v1/settings", {"zoom": {"account_id": "acc", "client_id": "cid", "client_secret": "hush"}}
    )
    lines = [json.loads(line) for line in lms.log.splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("PUT", "/v1/events/{event_id}", 202),
        ("PUT", "/v1/events/{event_id}/enrollments/{user_id}", 202),
        ("PUT", "/v1/settings", 202),
    ]
    assert [line.get("event_id") for line in lines] == ["ev-1", "ev-1", None]
    for line in lines:
        caller = (line["key"], line["role"], line["source"])
        assert caller == ("key-of-the-lms", "admin", "192.0.2.7")
    for forbidden in ("acme.example", "Kimberly", "hush", "secret title", "anna@"):
        assert forbidden not in json.dumps(lines)


def test_of_a_request_without_a_key_the_log_does_not_say_from_where(lms: Lms) -> None:
    lms.get("/health")
    lms.get("/join/forged")
    assert len(lms.log.splitlines()) == 2
    assert "192.0.2.7" not in lms.log


def test_who_was_refused_is_in_the_log_as_well(lms: Lms) -> None:
    lms.put("/v1/settings", {}, role="read")
    [line] = map(json.loads, lms.log.splitlines())
    assert (line["status"], line["role"], line["key"]) == (403, "read", "key-of-the-lms")


def test_a_body_in_another_encoding_is_refused_and_not_kept_mangled(lms: Lms) -> None:
    """API Gateway passes on what is no UTF-8 with U+FFFD in its place."""
    lms.put_event()
    mangled = '{"email": "k@acme.example", "first_name": "S\ufffdren"}'
    answer = refused(lms.put(f"{EVENT}/enrollments/u-1", raw=mangled), 400, "invalid_json")
    assert "UTF-8" in answer.json["detail"]
    assert lms.get(f"{EVENT}/enrollments/u-1").status == 404


def test_that_letter_can_be_written_as_an_escape(lms: Lms) -> None:
    lms.put_event()
    meant = '{"email": "k@acme.example", "first_name": "S\\ufffdren"}'
    assert lms.put(f"{EVENT}/enrollments/u-1", raw=meant).status == 202
