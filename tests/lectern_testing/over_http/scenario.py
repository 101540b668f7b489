"""A scenario's own corner of a cloud that it shares: a host at Zoom, and an event of the LMS."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from lectern.domain.meeting import Kind
from lectern_testing.over_http.answers import accepted, shown
from lectern_testing.over_http.changes import changes_of
from local.cloud import LocalCloud

PATIENCE_SECONDS = 90.0
"""How long something is waited for: the pauses of the workflow, on a machine that is busy."""

_FIRST_LOOK_SECONDS, _LONGEST_PAUSE_SECONDS = 0.3, 1.5
_CALL_SECONDS = 60
_AT_REST = frozenset({"in_sync", "failed", "waiting"})


class Missed(AssertionError):
    """What a scenario waited for did not come."""


class Play:
    """An LMS with one event, whose host no other event has; and what is done to it at Zoom.

    Everything is aimed at the host, so that plays side by side do not disturb each other. Users of
    the LMS are called by short names, and have ids that are this play's own.

    Args:
        cloud: The cloud, which others use too.
        kind: What the event is.

    Attributes:
        kind: The same.
        host: The host's address.
        host_id: The id of the host's Zoom user.
        most_creations: How many meetings may be asked of Zoom in all.
        most_sessions: How many meetings the host may have at Zoom in the end.
    """

    def __init__(self, cloud: LocalCloud, kind: Kind = Kind.MEETING) -> None:
        self.cloud = cloud
        self.kind = kind
        self.name = uuid.uuid4().hex[:12]
        self.event_id = f"ev-{self.name}"
        self.path = f"/v1/events/{self.event_id}"
        self.most_creations = self.most_sessions = 1
        self._details: dict[str, Any] = {}
        self._own = {self.name}
        # Nobody empties the log here, so that its length is the number of the last call.
        self._began = self._since = self.simulator("GET", "/summary")["calls"]
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {cloud.api_key}"
        self.host = self.another_host("host")
        self.host_id = self._own_id("host")

    # What the LMS does

    def lms(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        """Calls Lectern's API."""
        return self._session.request(
            method, self.cloud.url + path, json=body, params=query or None, timeout=_CALL_SECONDS
        )

    def user(self, name: str) -> str:
        """The id of a user."""
        return f"{name}-{self.name}"

    def put(self, **changes: Any) -> requests.Response:
        """Puts the event; what is not given stays as it was."""
        self._details |= changes
        return accepted(self.lms("PUT", self.path, self.body()))

    def body(self, **changes: Any) -> dict[str, Any]:
        """The event as the LMS would put it."""
        return {
            "kind": self.kind,
            "title": f"Play {self.name}",
            "starts_at": "2099-12-01T10:00:00Z",
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": {"user_id": self.user("host"), "email": self.host},
            **self._details,
            **changes,
        }

    def enrol(self, *names: str, **addresses: str) -> None:
        """Enrols users, with addresses of their own or with given ones."""
        people = {name: f"{name}@people.example" for name in names} | addresses
        items = [self.person(name, email) for name, email in people.items()]
        answer = accepted(self.lms("POST", f"{self.path}/enrollments", {"enrollments": items}))
        assert {each["status"] for each in answer.json()["items"]} <= {200, 202}, answer.text

    def person(self, name: str, email: str, **changes: Any) -> dict[str, Any]:
        """A user as the LMS enrols one."""
        names = {"first_name": name.title(), "last_name": "Ng"}
        return {"user_id": self.user(name), "email": email, **names, **changes}

    def remove(self, name: str) -> None:
        """Takes a user out of the event."""
        accepted(self.lms("DELETE", f"{self.path}/enrollments/{self.user(name)}"))

    def begin(self, *names: str, **changes: Any) -> dict[str, Any]:
        """Has an event with people at Zoom, all of them registered."""
        self.put(**changes)
        if names:
            self.enrol(*names)
        event = self.settles(registered=len(names))
        self.forget_calls()
        return event

    def look_again(self) -> None:
        """Asks for a synchronisation, which reads Zoom."""
        accepted(self.lms("POST", f"{self.path}/sync"))

    def cancel(self) -> None:
        """Cancels the event."""
        accepted(self.lms("DELETE", self.path))

    def click(self, name: str) -> dict[str, Any]:
        """What a user's Join button shows."""
        decision: dict[str, Any] = self.lms(
            "GET", f"{self.path}/join", user_id=self.user(name)
        ).json()
        return decision

    @staticmethod
    def moment(seconds: float) -> str:
        """The time so many seconds from now."""
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        return moment.replace(microsecond=0).isoformat()

    @staticmethod
    def passes(seconds: float) -> None:
        """Lets time pass, where time itself is what matters."""
        time.sleep(seconds)

    # What the LMS sees

    def event(self) -> dict[str, Any]:
        """The event."""
        event: dict[str, Any] = self.lms("GET", self.path).json()
        if zoom := event.get("zoom"):
            self._own.add(zoom["id"])
        return event

    def stand(self, name: str) -> dict[str, Any]:
        """Where a user stands."""
        enrollment = self.lms("GET", f"{self.path}/enrollments/{self.user(name)}").json()
        stand: dict[str, Any] = enrollment["sync"]
        return stand

    def settles(self, **people: int) -> dict[str, Any]:
        """Waits until the event is in sync as it is by now, with so many people in each state."""

        def is_so(event: Mapping[str, Any]) -> bool:
            sync, stand = event["sync"], event["participants"]
            is_done = sync["state"] == "in_sync" and sync["synced_version"] == event["version"]
            found: bool = is_done and people.items() <= stand.items()
            return found

        return self.until(self.event, is_so, f"in_sync, {people}")

    def stops(
        self, state: str, code: str, *, within: float = PATIENCE_SECONDS, **people: int
    ) -> dict[str, Any]:
        """Waits until the event is in a state with a problem; answers the problem."""

        def is_so(event: Mapping[str, Any]) -> bool:
            problem = event["sync"]["problem"] or {}
            stands = people.items() <= event["participants"].items()
            return stands and (event["sync"]["state"], problem.get("code")) == (state, code)

        what = f"{state} for {code}, {people}"
        event = self.until(self.event, is_so, what, seconds=within)
        problem: dict[str, Any] = event["sync"]["problem"]
        assert problem["message"]
        assert problem["remedy"]
        return problem

    def fails(self, code: str, **people: int) -> dict[str, Any]:
        """Waits until the event has failed for a reason."""
        return self.stops("failed", code, **people)

    def rests(self) -> dict[str, Any]:
        """Waits until nobody is at work on the event."""
        return self.until(self.event, lambda event: event["sync"]["state"] in _AT_REST, "at rest")

    def refused(self, name: str, reason: str) -> str:
        """Waits until a user has failed for a reason; answers the message."""
        stand = self.until(
            lambda: self.stand(name),
            lambda stand: (stand["state"], stand["reason"]) == ("failed", reason),
            f"{name} failed for {reason}",
        )
        return str(stand["message"])

    def registered(self, *names: str) -> None:
        """Waits until users are registered."""
        for name in names:
            self.until(
                partial(self.stand, name),
                lambda stand: stand["state"] == "registered",
                f"{name} registered",
            )

    def decided(self, name: str) -> dict[str, Any]:
        """Clicks until the button says something that stays."""
        return self.until(
            lambda: self.click(name), lambda told: told["state"] != "preparing", f"{name} decided"
        )

    def lets_in(self, name: str) -> dict[str, Any]:
        """Waits until a click leads a user into the event; answers whom Zoom takes the user for."""
        decision = self.until(
            lambda: self.click(name), lambda told: told["state"] == "join", f"{name} let in"
        )
        return self.opens(decision["url"])

    def keeps_out(self, name: str, reason: str) -> str:
        """Waits until a click tells a user why there is no way in; answers the message."""
        decision = self.until(
            lambda: self.click(name),
            lambda told: (told["state"], told["reason"]) == ("unavailable", reason),
            f"{name} unavailable for {reason}",
        )
        assert decision["url"] is None
        return str(decision["message"])

    def until(
        self,
        look: Callable[[], dict[str, Any]],
        is_so: Callable[[dict[str, Any]], Any],
        what: str,
        *,
        seconds: float = PATIENCE_SECONDS,
    ) -> dict[str, Any]:
        """Looks until something is so.

        Raises:
            Missed: It was not in time.
        """
        deadline, pause = time.monotonic() + seconds, _FIRST_LOOK_SECONDS
        while not is_so(seen := look()):
            if time.monotonic() > deadline:
                raise Missed(f"not within {seconds} s: {what}; the last seen: {shown(seen)}")
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        return seen

    def notes(self) -> dict[str, str]:
        """What the event carries beside a problem."""
        return {each["code"]: each["message"] for each in self.event()["sync"].get("notes", [])}

    def told(self) -> list[str]:
        """The types of what the LMS was told of the event, oldest first."""
        told = changes_of(
            self.event_id, lambda query: self.lms("GET", "/v1/changes", **query).json()
        )
        return [each["type"] for each in told]

    # What happens at Zoom

    def simulator(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Calls the simulator's control API."""
        answer = requests.request(
            method,
            f"{self.cloud.zoom_url}/_sim{path}",
            json=body,
            params=query,
            timeout=_CALL_SECONDS,
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def another_host(self, called: str, **user: Any) -> str:
        """Makes a Zoom user who can host the event, and whom no other play has; the address."""
        name = self._own_id(called)
        can = {"webinar_capacity": 500} if self.kind is Kind.WEBINAR else {}
        seed = {"id": name, "email": f"{name}@acme.example", **can, **user}
        self.simulator("POST", "/seed", {"users": [seed]})
        return f"{name}@acme.example"

    def host_is(self, **changes: Any) -> None:
        """Changes the host's Zoom user."""
        self.act("change_user", email=self.host, **changes)

    def rules(self, **policy: Any) -> None:
        """Gives what the host hosts rules of its own."""
        self.host_is(policy=policy)

    def fault(self, kind: str, operation: str = "*", **how: Any) -> None:
        """Has calls about the host go wrong; ``session`` in an operation stands for the kind."""
        aimed = {"operation": operation.replace("session", self.kind), "host": self.host}
        self.simulator("POST", "/faults", {"kind": kind, **aimed, **how})

    def act(self, action: str, **how: Any) -> Any:
        """Does something by hand."""
        return self.simulator("POST", "/actions", {"action": action, **how})

    def by_hand(self, action: str, **how: Any) -> Any:
        """Does something by hand to the event's session."""
        session = {f"{self.kind}_id": int(self.event()["zoom"]["id"])}
        return self.act(action.replace("session", self.kind), **session, **how)

    def sessions(self) -> list[dict[str, Any]]:
        """The play's meetings and webinars that Zoom has now."""
        state = self.simulator("GET", "/state")
        found = [
            each
            for each in state["meetings"] + state["webinars"]
            if self.name in each["host_email"]
        ]
        self._own |= {str(each["id"]) for each in found}
        return found

    def session(self) -> dict[str, Any]:
        """The one meeting or webinar that Zoom has for the event."""
        zoom_id = self.event()["zoom"]["id"]
        (session,) = [each for each in self.sessions() if str(each["id"]) == zoom_id]
        return session

    def registrants(self) -> dict[str, str]:
        """Who is approved at Zoom, with the link."""
        return {
            each["email"]: each["join_url"]
            for each in self.session()["registrants"]
            if each["status"] == "approved"
        }

    def opens(self, link: str) -> dict[str, Any]:
        """Follows a link of Zoom's; answers whom Zoom takes its bearer for."""
        person: dict[str, Any] = requests.get(link, timeout=_CALL_SECONDS).json()
        assert person["admitted"], person
        return person

    def forget_calls(self) -> None:
        """Forgets all calls up to now."""
        self._since = max([self._since, *(each["sequence"] for each in self._logged(self._since))])

    def calls(self) -> Counter[str]:
        """How often each operation was called since, for this play."""
        return Counter(each["operation"] for each in self._logged(self._since))

    def creations(self) -> int:
        """How many meetings and webinars Zoom was asked for in all."""
        names = [each["operation"] for each in self._logged(self._began)]
        return names.count("create_meeting") + names.count("create_webinar")

    def leave_no_mess(self) -> None:
        """Whatever happened: no meeting too many was made, or left behind."""
        assert self.creations() <= self.most_creations, f"{self.creations()} creations"
        left = [each["id"] for each in self.sessions()]
        assert len(left) <= self.most_sessions, f"left at Zoom: {left}"

    def story(self) -> str:
        """What a person needs to understand a scenario that did not go well."""
        people = self.lms("GET", f"{self.path}/enrollments").json()
        logged = [
            f"{each['time'][11:23]} {each['operation']} {each['status']}/{each['code']}"
            for each in self._logged(self._began)
        ]
        parts = {"event": self.event(), "people": people, "at Zoom": self.sessions()}
        told = [f"{name}: {shown(value)}" for name, value in parts.items()]
        return "\n".join([*told, "calls:", *logged])

    def _own_id(self, called: str) -> str:
        return f"{called}-{self.name}"

    def _logged(self, since: int) -> list[dict[str, Any]]:
        """The calls for this play after one with a number."""
        calls = self.simulator("GET", "/calls", since=since)["calls"]
        return [each for each in calls if any(name in each["path"] for name in self._own)]
