from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import Enrollment
from lectern_testing.lms.api import MORNING, Answered, Lms

ENROLLMENTS = "/v1/events/ev-1/enrollments"


def person(user: int | str, **changes: Any) -> dict[str, Any]:
    return {"user_id": user, "email": f"{user}@acme.example", "first_name": "Kim"} | changes


def post(lms: Lms, *entries: Any) -> Answered:
    return lms.post(ENROLLMENTS, {"enrollments": list(entries)})


def declare(lms: Lms, *entries: dict[str, Any]) -> Answered:
    return lms.put(ENROLLMENTS, {"enrollments": list(entries)})


def outcome(answer: Answered) -> tuple[Any, ...]:
    """The status of the whole, and of each user."""
    return answer.status, [(i["user_id"], i["status"], i["code"]) for i in answer.json["items"]]


def enrolled(lms: Lms) -> list[str]:
    return [item["user_id"] for item in lms.get(ENROLLMENTS).json["items"]]


def stored(lms: Lms, user_id: str) -> Enrollment:
    return lms.enrollment_as_stored(user_id)


def requested(lms: Lms) -> int:
    return lms.event_as_stored().sync.requested


@pytest.fixture(autouse=True)
def event(lms: Lms) -> None:
    lms.put_event()


def test_those_who_are_pending_are_listed_however_many_came_at_once(lms: Lms) -> None:
    users = [f"u-{n:02}" for n in range(12)]
    post(lms, *map(person, users))
    listed = lms.get(ENROLLMENTS, query={"state": "pending"}).json["items"]
    assert [each["user_id"] for each in listed] == users


def test_each_entry_is_answered_in_its_place(lms: Lms) -> None:
    lms.enrol("u-2", email="u-2@acme.example")
    answer = post(lms, person("u-3"), person("u-1", email="x"), person("u-2"), person("u-3"), 7, {})
    assert outcome(answer) == (
        202,
        [
            ("u-3", 202, None),
            ("u-1", 422, "invalid"),
            ("u-2", 200, None),
            ("u-3", 422, "duplicate_user"),
            (None, 422, "invalid"),
            (None, 422, "invalid"),
        ],
    )
    assert answer.json["items"][1]["detail"] == "/email: Is not an e-mail address."
    assert enrolled(lms) == ["u-2", "u-3"]


def test_a_batch_asks_for_one_synchronisation_and_none_if_nothing_changes(lms: Lms) -> None:
    people = [person(f"u-{number}") for number in range(20)]
    assert post(lms, *people).status == 202
    assert requested(lms) == 2
    answer, writes = lms.writes(lambda: post(lms, *people))
    assert (answer.status, writes) == (200, [])
    assert {item["status"] for item in answer.json["items"]} == {200}


def test_a_batch_leaves_others_alone(lms: Lms) -> None:
    lms.enrol("u-1")
    post(lms, person("u-2"))
    assert enrolled(lms) == ["u-1", "u-2"]


def test_people_of_a_batch_are_enrolled_in_its_order(lms: Lms) -> None:
    users = ["u-3", "u-1", "u-2"]
    post(lms, *map(person, users))
    moments = [stored(lms, user).enrolled_at for user in users]
    assert moments == sorted(set(moments))
    assert moments[-1] - MORNING < timedelta(milliseconds=1)


def test_the_bound_of_a_batch_is_500(lms: Lms) -> None:
    assert post(lms, *[{}] * 500).status == 200
    assert post(lms, *[{}] * 501).pointers == ["/enrollments"]


@pytest.mark.parametrize("send", [post, declare])
def test_all_bad_is_200_with_a_reason_for_each(lms: Lms, send: Callable[..., Any]) -> None:
    assert outcome(send(lms, {}, person("u 1"))) == (
        200,
        [(None, 422, "invalid"), ("u 1", 422, "invalid")],
    )


@pytest.mark.parametrize(
    "body", [{}, {"enrollments": None}, {"enrollments": {}}, {"enrollments": [], "x": 1}]
)
def test_a_body_of_another_shape_is_422(lms: Lms, body: dict[str, Any]) -> None:
    for send in (lms.post, lms.put):
        assert send(ENROLLMENTS, body).status == 422


def test_a_roster_removes_who_is_not_in_it(lms: Lms) -> None:
    post(lms, *[person(f"u-{number}") for number in range(5)])
    before = requested(lms)
    answer = declare(lms, person("u-1"), person("u-3", first_name="Bo"), person("u-9"))
    assert outcome(answer) == (202, [("u-1", 200, None), ("u-3", 202, None), ("u-9", 202, None)])
    assert enrolled(lms) == ["u-1", "u-3", "u-9"]
    assert requested(lms) == before + 1


def test_a_roster_that_only_removes_is_202_and_the_same_again_200(lms: Lms) -> None:
    post(lms, person("u-1"), person("u-2"))
    assert declare(lms, person("u-1")).status == 202
    answer, writes = lms.writes(lambda: declare(lms, person("u-1")))
    assert (answer.status, writes) == (200, [])
    assert declare(lms).json == {"items": []}
    assert enrolled(lms) == []


def test_who_is_in_a_roster_with_a_fault_is_not_removed(lms: Lms) -> None:
    post(lms, person("u-1"), person("u-2"))
    assert outcome(declare(lms, person("u-1", email="x"))) == (202, [("u-1", 422, "invalid")])
    assert enrolled(lms) == ["u-1"]


def test_nobody_is_removed_while_an_entry_does_not_tell_whom_it_means(lms: Lms) -> None:
    post(lms, person("u-1"), person("u-2"))
    answer = declare(lms, person("u-3"), person(17))
    assert outcome(answer) == (202, [("u-3", 202, None), (None, 422, "invalid")])
    assert enrolled(lms) == ["u-1", "u-2", "u-3"]


def test_a_roster_may_be_larger_than_a_batch(lms: Lms) -> None:
    declare(lms, *[person(f"u-{number:04}") for number in range(501)])
    page = lms.get(ENROLLMENTS, query={"limit": 200}).json
    assert len(page["items"]) == 200
    assert declare(lms, *[{}] * 10_001).pointers == ["/enrollments"]


def test_a_roster_that_stopped_half_way_goes_on_once_it_is_declared_again(
    lms: Lms, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [person(f"u-{number}") for number in range(20)]
    enrollments = lms.parts.enrollments()
    replace, written = enrollments.replace_desired, list[str]()

    def stop_half_way(old: Enrollment | None, new: Enrollment, **how: bool) -> None:
        if len(written) >= 10:
            raise TimeoutError
        written.append(new.user_id)
        replace(old, new, **how)

    with monkeypatch.context() as stopping:
        stopping.setattr(enrollments, "replace_desired", stop_half_way)
        assert declare(lms, *people).status == 500
    half = set(enrolled(lms))
    assert 0 < len(half) < len(people)

    answer, writes = lms.writes(lambda: declare(lms, *people))
    assert answer.status == 202
    assert len(enrolled(lms)) == len(people)
    of_people = len(people) - len(half)
    assert len(writes) <= of_people + 2, "who is stored is not written again"


def test_a_roster_full_of_faults_is_answered_in_less_than_lambda_can_send(lms: Lms) -> None:
    faulty = {f"unknown field {number}": 1 for number in range(5)}
    answer = declare(lms, *[faulty] * 8000)
    assert answer.status == 200
    assert len(answer.text.encode()) < 5_000_000
