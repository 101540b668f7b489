"""Hosts made, licensed, mended in Zoom and changed, and roles that change: over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any, Literal

import pytest
import requests
from requests.sessions import Session

from lectern_testing.waiting import eventually
from local.cloud import LocalCloud

BO = {"user_id": "u-bo", "email": "bo@acme.example", "name": "Bo Lund"}
GUEST = {"user_id": "u-gus", "email": "gus@elsewhere.example", "name": "Gus Guest"}
ANNA, CLEO, WANDA = (
    {"user_id": f"u-{name}", "email": f"{name}@acme.example"} for name in ("anna", "cleo", "wanda")
)


class Account:
    """The simulated Zoom account behind Lectern."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_sim"

    def put_user(self, host: dict[str, str], **changes: Any) -> None:
        seed = {"users": [{"email": host["email"], **changes}]}
        requests.post(f"{self._url}/seed", json=seed, timeout=30).raise_for_status()

    def user(self, host: dict[str, str]) -> dict[str, Any]:
        """The host's user, with the addresses of the assistants."""
        users = {each["id"]: each for each in self._state()["users"]}
        (user,) = [each for each in users.values() if each["email"] == host["email"]]
        found: dict[str, Any] = user | {
            "assistants": [users[each]["email"] for each in user["assistants"]]
        }
        return found

    def session(self, zoom_id: str) -> dict[str, Any] | None:
        """Who is in a meeting or webinar by what means; nothing of one that is gone."""
        state = self._state()
        for each in state["meetings"] + state["webinars"]:
            if str(each["id"]) == zoom_id:
                return {
                    "host": each["host_email"],
                    "registrants": {one["email"] for one in each["registrants"]},
                    "panelists": {one["email"] for one in each["panelists"]},
                }
        return None

    def _state(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self._url}/state", timeout=30).json()
        return found


class Course:
    """An event of the LMS."""

    def __init__(self, lms: Session, **details: Any) -> None:
        self._lms, self._version = lms, 0
        self._details: dict[str, Any] = {}
        self.path = f"/v1/events/ev-{uuid.uuid4()}"
        self.put(**details)

    def put(self, **changes: Any) -> None:
        self._version += 1
        self._details |= changes
        body = {
            "kind": "meeting",
            "title": "Forklift safety",
            "starts_at": "2097-12-01T10:00:00Z",
            "duration_minutes": 60,
            "timezone": "UTC",
            **self._details,
        }
        assert self._lms.put(self.path, json=body).status_code == 202

    def enrol(self, user: str, email: str, role: str = "participant") -> None:
        body = {"email": email, "first_name": user, "role": role}
        assert self._lms.put(f"{self.path}/enrollments/{user}", json=body).ok

    def in_sync(self) -> str:
        """The id at Zoom, once everything is there as it is wanted by now."""

        def is_so() -> str | Literal[False]:
            event = self._lms.get(self.path).json()
            people = self._lms.get(f"{self.path}/enrollments").json()["items"]
            sync = event["sync"]
            return (
                (sync["state"], sync["synced_version"]) == ("in_sync", self._version)
                and {each["sync"]["state"] for each in people} <= {"registered"}
                and event["zoom"]["id"]
            )

        found: str = eventually(is_so)
        return found

    def problem(self) -> str:
        """The code of what stands in the way, once something does."""

        def found() -> str | Literal[False]:
            sync = self._lms.get(self.path).json()["sync"]
            found: str | Literal[False] = sync["state"] == "failed" and sync["problem"]["code"]
            return found

        answered: str = eventually(found)
        return answered

    def join(self, user: str) -> tuple[str, str]:
        answer = self._lms.get(f"{self.path}/join?user_id={user}").json()
        assert answer["state"] == "join"
        assert requests.get(answer["url"], timeout=30).ok
        return answer["role"], answer["url"]


@pytest.fixture
def account(cloud: LocalCloud) -> Account:
    assert cloud.zoom_url
    return Account(cloud.zoom_url)


@pytest.fixture
def rules(lms: Session) -> Iterator[Callable[..., Any]]:
    """What may be done about hosts and instructors; afterwards it is as it was."""
    before = {name: lms.get("/v1/settings").json()[name] for name in ("hosts", "features")}

    def put(**hosts: str) -> None:
        changed = {"hosts": hosts, "features": {"webinars": True}}
        assert lms.put("/v1/settings", json=changed).ok

    put()
    yield put
    lms.put("/v1/settings", json=before)


@pytest.fixture
def sweep(cloud: LocalCloud) -> Callable[..., Any]:
    """Has the background sweep run."""

    def run() -> None:
        url = f"{cloud.control_url}/schedules/background-sweep"
        requests.post(url, timeout=30).raise_for_status()

    return run


@pytest.fixture
def course(lms: Session) -> Iterator[Callable[..., Any]]:
    """Makes courses, which are cancelled in the end."""
    courses = []

    def make(**details: Any) -> Course:
        courses.append(Course(lms, **details))
        return courses[-1]

    yield make
    for each in courses:
        lms.delete(each.path)


def a_host() -> dict[str, str]:
    name = f"h-{uuid.uuid4()}"
    return {"user_id": name, "email": f"{name}@acme.example"}


def test_hosts_who_are_mended_in_zoom_are_found_by_the_sweep(
    account: Account,
    sweep: Callable[..., Any],
    rules: Callable[..., Any],
    course: Callable[..., Any],
) -> None:
    # Whatever the sweep has to do for changed settings is done before.
    sweep()
    missing, basic, without_webinars = a_host(), a_host(), a_host()
    account.put_user(basic, type=1)
    account.put_user(without_webinars)
    courses = {
        "host_not_in_zoom": course(host=missing),
        "host_not_licensed": course(host=basic),
        "webinar_not_licensed": course(host=without_webinars, kind="webinar"),
    }
    assert {code: each.problem() for code, each in courses.items()} == {
        code: code for code in courses
    }

    account.put_user(missing)
    account.put_user(basic, type=2)
    account.put_user(without_webinars, webinar_capacity=500)
    sweep()

    for each, host in zip(courses.values(), (missing, basic, without_webinars), strict=True):
        session = account.session(each.in_sync())
        assert session is not None
        assert session["host"] == host["email"]


def test_hosts_are_made_and_given_what_they_lack(
    lms: Session, account: Account, rules: Callable[..., Any], course: Callable[..., Any]
) -> None:
    invited, signing_on, basic = a_host(), a_host(), a_host()
    account.put_user(basic, type=1)
    rules(missing_host="create", licence="assign")
    accepts = course(host=invited)
    assert accepts.problem() == "host_not_in_zoom"
    assert account.user(invited)["status"] == "pending"

    account.put_user(invited, status="active")
    rules(missing_host="create_sso", licence="assign")
    assert lms.post(f"{accepts.path}/sync").ok
    signs_on = course(host=signing_on, kind="webinar", instructors=[GUEST])
    meets = course(host=basic)

    for each in (accepts, signs_on, meets):
        assert account.session(each.in_sync())
    assert [account.user(each)["type"] for each in (invited, signing_on, basic)] == [2, 2, 2]
    assert account.user(signing_on)["webinar_capacity"] == 100
    assert signs_on.join(signing_on["user_id"])[0] == "host"
    assert signs_on.join(GUEST["user_id"])[0] == "instructor"


def test_hosts_and_roles_that_change_are_right_at_zoom(
    account: Account, rules: Callable[..., Any], course: Callable[..., Any]
) -> None:
    rules(instructors_as="assistants")
    kim = "kim@people.example"
    meeting = course(host=ANNA, instructors=[BO])
    webinar = course(host=WANDA, kind="webinar", instructors=[GUEST])
    for each in (meeting, webinar):
        each.enrol("u-kim", kim)
    meeting.enrol(ANNA["user_id"], ANNA["email"])
    webinar.enrol(GUEST["user_id"], GUEST["email"])
    first, webinar_id = meeting.in_sync(), webinar.in_sync()
    link = meeting.join("u-kim")[1]
    assert account.session(first) == at_zoom(ANNA, {kim, BO["email"]})
    assert account.user(ANNA)["assistants"] == [BO["email"]]
    assert account.session(webinar_id) == at_zoom(WANDA, {kim}, {GUEST["email"]})

    meeting.put(host=CLEO)
    webinar.enrol("u-kim", kim, role="instructor")
    second = meeting.in_sync()
    assert webinar.in_sync() == webinar_id

    everyone = {kim, BO["email"], ANNA["email"]}
    assert (account.session(first), account.session(second)) == (None, at_zoom(CLEO, everyone))
    assert [account.user(each)["assistants"] for each in (ANNA, CLEO)] == [[], [BO["email"]]]
    assert [meeting.join(each)[0] for each in ("u-cleo", "u-bo", "u-anna")] == [
        "host",
        "instructor",
        "participant",
    ]
    assert meeting.join("u-kim")[1] != link
    assert account.session(webinar_id) == at_zoom(WANDA, set(), {kim, GUEST["email"]})
    assert webinar.join("u-kim")[0] == "instructor"

    webinar.put(instructors=[])
    webinar.enrol("u-kim", kim)
    meeting.put(instructors=[])

    assert (meeting.in_sync(), webinar.in_sync()) == (second, webinar_id)
    assert account.session(webinar_id) == at_zoom(WANDA, {kim, GUEST["email"]})
    assert account.user(CLEO)["assistants"] == []


def at_zoom(
    host: dict[str, str], registrants: Collection[str] = (), panelists: Collection[str] = ()
) -> dict[str, Any]:
    return {
        "host": host["email"],
        "registrants": set(registrants),
        "panelists": set(panelists),
    }
