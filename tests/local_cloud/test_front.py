"""API Gateway's part: routes, authorizer, events, responses, gateway responses."""

from __future__ import annotations

import concurrent.futures
from urllib.parse import unquote

import pytest
import requests
from requests.sessions import Session

from local.cloud import LocalCloud


def test_a_function_sees_the_request_as_a_proxy_event(cloud: LocalCloud, lms: Session) -> None:
    answer = lms.put(f"{cloud.url}/v1/echo?x=1&x=2", data="{}", headers={"X-Own": "ø"})
    event = answer.json()["event"]
    assert event["httpMethod"] == "PUT"
    assert event["resource"] == "/v1/{proxy+}"
    assert event["pathParameters"] == {"proxy": "echo"}
    assert event["queryStringParameters"] == {"x": "2"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["body"] == "{}"
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["authorizer"]["principalId"] == "someone"


def test_a_body_that_is_no_text_arrives_as_one_all_the_same(
    cloud: LocalCloud, lms: Session
) -> None:
    """So it is without binary media types, which Lectern's API has none of."""
    event = lms.post(f"{cloud.url}/v1/echo", data=b"S\xf8ren").json()["event"]
    assert (event["body"], event["isBase64Encoded"]) == ("S\ufffdren", False)


def test_the_most_specific_route_is_taken(cloud: LocalCloud, lms: Session) -> None:
    event = lms.get(f"{cloud.url}/v1/things/u-1%40x").json()["event"]
    assert event["resource"] == "/v1/things/{id}"
    assert event["pathParameters"] == {"id": "u-1@x"}
    assert lms.post(f"{cloud.url}/v1/things/1").json()["event"]["resource"] == "/v1/{proxy+}"


@pytest.mark.parametrize("written", ["%C2%84", "a%0Ab", "%E2%80%AE", "a%2Fb", "%25", "%3F", "%FF"])
def test_an_encoded_part_of_a_path_stays_one_part(
    cloud: LocalCloud, lms: Session, written: str
) -> None:
    event = lms.get(f"{cloud.url}/v1/things/{written}").json()["event"]
    told = unquote(written).replace("/", "%2F")
    assert event["resource"] == "/v1/things/{id}"
    assert event["pathParameters"] == {"id": told}
    assert event["path"] == f"/v1/things/{told}"


def test_headers_of_the_result_are_those_of_the_response(cloud: LocalCloud, lms: Session) -> None:
    assert lms.get(f"{cloud.url}/v1/echo").headers["X-Test"] == "yes"


def test_no_key_is_refused_with_the_gateway_response_of_the_template(cloud: LocalCloud) -> None:
    answer = requests.get(f"{cloud.url}/v1/echo", timeout=10)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {"code": "unauthorized"}


def test_a_wrong_key_is_refused_with_the_default_status(cloud: LocalCloud) -> None:
    answer = requests.get(
        f"{cloud.url}/v1/echo", headers={"Authorization": "Bearer wrong"}, timeout=10
    )
    assert answer.status_code == 403


def test_a_slash_at_the_end_is_no_part_of_a_resource(cloud: LocalCloud, lms: Session) -> None:
    event = lms.get(f"{cloud.url}/v1/things/1/").json()["event"]
    assert (event["resource"], event["path"]) == ("/v1/things/{id}", "/v1/things/1/")


def test_a_path_without_a_route_is_refused(cloud: LocalCloud, lms: Session) -> None:
    assert lms.get(f"{cloud.url}/elsewhere").status_code == 403


def test_a_body_over_ten_mebibytes_is_refused(cloud: LocalCloud, lms: Session) -> None:
    answer = lms.post(f"{cloud.url}/v1/echo", data=b"x" * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_the_authorizer_is_asked_once_for_a_token(cloud: LocalCloud, lms: Session) -> None:
    def asked() -> int:
        return len(cloud.logs.last(5000)["guard"])

    lms.get(f"{cloud.url}/v1/echo")
    before = asked()
    lms.get(f"{cloud.url}/v1/things/1")
    assert asked() == before


def test_writes_at_once_are_all_counted(cloud: LocalCloud, lms: Session) -> None:
    def count(_: int) -> int:
        found: int = requests.get(
            f"{cloud.url}/v1/count",
            headers={"Authorization": f"Bearer {cloud.api_key}"},
            timeout=60,
        ).json()
        return found

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(count, range(40)))
    assert len(set(counts)) == 40
