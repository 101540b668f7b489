"""The main job on sample data: what an LMS asks for, and what becomes of it at Zoom.

`make demo` runs it. Every step checks what it claims; the first that does not hold ends the demo
with an exit status other than 0.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from local.cloud import LocalCloud

Json = dict[str, Any] | list[Any] | str | int | bool | None

PEOPLE = 40
EVENT = "/v1/events/forklift-safety"
LEARNER_2, LEARNER_4 = "learner02@acme.example", "learner04@acme.example"
_PATIENCE_SECONDS = 120


class DemoError(Exception):
    """Something did not happen as it should have."""


def expect(claim: bool, otherwise: object) -> None:  # noqa: FBT001 - reads as a sentence
    """Ends the demo unless the claim holds.

    Raises:
        DemoError: With what was found instead.
    """
    if not claim:
        raise DemoError(str(otherwise))


class Demo:
    """An LMS on one side and the simulated Zoom on the other.

    Args:
        cloud: The local cloud that runs.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self._url, self._zoom_url = cloud.url, cloud.zoom_url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {cloud.api_key}"

    def lms(self, method: str, path: str, body: Json = None) -> Any:  # noqa: ANN401 - any JSON
        """Asks Lectern as the LMS does.

        Raises:
            DemoError: It refuses.
        """
        answer = self._session.request(method, self._url + path, json=body, timeout=60)
        expect(answer.ok, f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer.json()

    def zoom(self, method: str, path: str, body: Json = None) -> Any:  # noqa: ANN401 - any JSON
        """Asks the simulator's control API."""
        answer = requests.request(method, f"{self._zoom_url}/_sim{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def eventually(self, holds: Callable[[], bool], otherwise: object) -> None:
        """Waits until something holds.

        Raises:
            DemoError: It does not within two minutes.
        """
        until = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            expect(time.monotonic() < until, otherwise)
            time.sleep(0.2)

    def synchronised(self) -> dict[str, Any]:
        """The event, once it is in sync.

        Raises:
            DemoError: It is not within two minutes, or a person would have to act.
        """
        event: dict[str, Any] = {}

        def is_in_sync() -> bool:
            event.update(self.lms("GET", EVENT))
            expect(event["sync"]["state"] != "failed", event["sync"]["problem"])
            return bool(event["sync"]["state"] == "in_sync")

        self.eventually(is_in_sync, "the event is not in sync within two minutes")
        return event

    def attendance(self) -> dict[str, Any]:
        """Who attended, as far as it is known."""
        found: dict[str, Any] = self.lms("GET", f"{EVENT}/attendance")
        return found

    def by_hand(self, action: str, **details: Json) -> None:
        """Something that somebody does to the meeting in Zoom."""
        self.zoom(
            "POST", "/actions", {"action": action, "meeting_id": self.meeting()["id"], **details}
        )

    def later(self, *, minutes: int) -> None:
        """Lets time pass at Zoom."""
        self.zoom("POST", "/clock", {"advance_seconds": minutes * 60})

    def meeting(self) -> dict[str, Any]:
        """The one meeting that exists at Zoom.

        Raises:
            DemoError: There is none, or more than one.
        """
        meetings: list[dict[str, Any]] = self.zoom("GET", "/state")["meetings"]
        expect(len(meetings) == 1, f"there are {len(meetings)} meetings at Zoom")
        return meetings[0]

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Shows what is done, how long it took and what it cost at Zoom."""
        print(f"\n● {what}", flush=True)
        self.zoom("DELETE", "/calls")
        began = time.monotonic()
        yield lambda line: print(f"    {line}", flush=True)
        calls = Counter(
            str(call["status"])
            if call["status"] >= requests.codes.bad_request
            else call["operation"]
            for call in self.zoom("GET", "/calls")["calls"]
            if call["operation"] != "oauth_token"
        )
        told = ", ".join(f"{count} x {name}" for name, count in sorted(calls.items()))
        print(f"    {time.monotonic() - began:.1f} s; calls at Zoom: {told or 'none'}", flush=True)


def people() -> list[dict[str, Any]]:
    """Forty people, one without access, and two whom Zoom cannot register as they are."""
    everyone: list[dict[str, Any]] = [
        {
            "user_id": f"learner-{number:02}",
            "email": f"learner{number:02}@acme.example",
            "first_name": "Learner",
            "last_name": str(number),
        }
        for number in range(1, PEOPLE + 1)
    ]
    requirement = {"id": "module-1", "title": "Complete module 1", "met": False}
    everyone[0]["access"] = {"granted": False, "requirements": [requirement]}
    same_address = everyone[1] | {"user_id": "twin", "email": everyone[1]["email"].upper()}
    host = {"user_id": "anna", "email": "anna@acme.example", "first_name": "Anna"}
    return [*everyone, same_address, host]


def event(**changes: Json) -> dict[str, Any]:
    """The event as the LMS declares it."""
    starts_at = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0)
    return {
        "kind": "meeting",
        "title": "Forklift safety",
        "description": "Bring your certificate.",
        "starts_at": starts_at.isoformat(),
        "duration_minutes": 60,
        "timezone": "Europe/Copenhagen",
        "host": {"user_id": "anna", "email": "anna@acme.example"},
        "access_validation": True,
    } | changes


def run(demo: Demo) -> None:
    """All steps, in order.

    Raises:
        DemoError: One did not hold.
    """
    wanted = event()
    _create(demo, wanted)
    wanted = _change(demo, wanted)
    _join(demo)
    _put_right(demo, wanted)
    _hold(demo)
    _cancel(demo)


def _create(demo: Demo, wanted: dict[str, Any]) -> None:
    with demo.step("An event is saved and 42 people are enrolled, while Zoom answers 429") as say:
        for operation in ("get_user", "create_meeting", "batch_meeting_registrants"):
            fault = {"operation": operation, "kind": "rate_limit_second", "times": 2}
            demo.zoom("POST", "/faults", fault)
        demo.lms("PUT", EVENT, wanted)
        demo.lms("POST", f"{EVENT}/enrollments", {"enrollments": people()})
        found, meeting = demo.synchronised(), demo.meeting()
        expect(meeting["settings"]["approval_type"] == 1, "registration lets anybody in")
        registrants = {each["email"] for each in meeting["registrants"]}
        expect(len(registrants) == PEOPLE - 1, f"{len(registrants)} registrants at Zoom")
        say(f"Zoom meeting {meeting['id']}, hosted by the course administrator")
        say(str(found["participants"]))
        for user in ("learner-01", "twin", "anna"):
            sync = demo.lms("GET", f"{EVENT}/enrollments/{user}")["sync"]
            say(f"{user}: {sync['state']} - {sync['message']}")

    with demo.step("The same event is saved again: nothing happens"):
        demo.lms("PUT", EVENT, wanted)
        demo.synchronised()


def _change(demo: Demo, wanted: dict[str, Any]) -> dict[str, Any]:
    meeting = demo.meeting()
    with demo.step("Title and time change: one update, same meeting, same links"):
        later = datetime.fromisoformat(wanted["starts_at"]) + timedelta(hours=2)
        wanted |= {"title": "Forklift safety (room B)", "starts_at": later.isoformat()}
        demo.lms("PUT", EVENT, wanted)
        demo.synchronised()
        expect(demo.meeting()["id"] == meeting["id"], "the meeting was replaced")
        expect(demo.meeting()["topic"] == wanted["title"], "the title did not reach Zoom")
        expect(_links(demo.meeting()) == _links(meeting), "links changed")
    return wanted


def _join(demo: Demo) -> None:
    with demo.step("Join is clicked: by someone who is registered, and by someone without access"):
        decision = demo.lms("GET", f"{EVENT}/join?user_id=learner-02")
        expect(decision["state"] == "join", decision)
        expect(decision["url"] == _links(demo.meeting())[LEARNER_2], "not the person's own link")
        decision = demo.lms("GET", f"{EVENT}/join?user_id=learner-01")
        expect(decision["state"] == "see_requirements" and decision["url"] is None, decision)

    with demo.step("The person gets access and clicks at once: registered within the click") as say:
        demo.lms("PUT", f"{EVENT}/enrollments/learner-01/access", {"granted": True})
        decision = demo.lms("GET", f"{EVENT}/join?user_id=learner-01")
        expect(decision["state"] == "join", decision)
        demo.synchronised()
        expect(len(demo.meeting()["registrants"]) == PEOPLE, "not registered")
        link = demo.lms(
            "POST", f"{EVENT}/join-links", {"user_id": "learner-01", "expires_in_seconds": 3600}
        )
        answer = requests.get(link["url"], allow_redirects=False, timeout=60)
        expect(answer.headers.get("Location") == decision["url"], "the join link leads elsewhere")
        say("a signed join link redirects to the person's own Zoom link")


def _put_right(demo: Demo, wanted: dict[str, Any]) -> None:
    meeting = demo.meeting()
    with demo.step("Someone leaves the course: the registrant is deleted at Zoom"):
        demo.lms("DELETE", f"{EVENT}/enrollments/learner-03")
        demo.synchronised()
        addresses = {each["email"] for each in demo.meeting()["registrants"]}
        expect("learner03@acme.example" not in addresses, "still registered")

    with demo.step("Somebody edits the meeting in Zoom: its webhook has it put right"):
        edit = {"topic": "Something else", "settings": {"approval_type": 0}}
        demo.by_hand("edit_meeting", changes=edit)
        demo.eventually(lambda: demo.meeting()["topic"] == wanted["title"], "the title is wrong")
        demo.synchronised()
        repaired = demo.meeting()
        expect(repaired["id"] == meeting["id"], "the meeting was replaced")
        expect(repaired["settings"]["approval_type"] == 1, "registration is left open")


def _hold(demo: Demo) -> None:
    with demo.step("The host starts the meeting; people come by their own links, and a stranger"):
        demo.by_hand("start_meeting")
        for link in (LEARNER_2, LEARNER_4):
            demo.by_hand("participant_joined", link=_links(demo.meeting())[link])
        demo.by_hand("participant_joined", name="A stranger")
        demo.eventually(lambda: demo.lms("GET", EVENT)["phase"] == "live", "it is not live")

    with demo.step("One leaves after half an hour, the host ends after an hour") as say:
        demo.later(minutes=30)
        demo.by_hand("participant_left", person=LEARNER_4)
        demo.later(minutes=30)
        demo.by_hand("end_meeting")
        demo.later(minutes=1)
        demo.eventually(lambda: demo.attendance()["state"] == "final", "attendance is not final")
        expect(demo.lms("GET", EVENT)["phase"] == "ended", "it has not ended")
        found = demo.attendance()
        minutes = {each["user_id"]: each["minutes"] for each in found["items"]}
        strangers = [each["minutes"] for each in found["unmatched"]]
        expect(minutes == {"anna": 60, "learner-02": 60, "learner-04": 30}, minutes)
        expect(strangers == [60], found["unmatched"])
        say(f"minutes attended: {minutes}; of people who are not enrolled: {strangers}")


def _cancel(demo: Demo) -> None:
    with demo.step("The event is cancelled: the meeting is deleted") as say:
        demo.lms("DELETE", EVENT)
        demo.synchronised()
        expect(demo.zoom("GET", "/state")["meetings"] == [], "the meeting is still there")
        wanted = ("attendance.ready", "event.cancelled")
        demo.eventually(lambda: all(map(_told(demo).get, wanted)), "the LMS was not told")
        say("the LMS was told: " + ", ".join(f"{n} x {name}" for name, n in _told(demo).items()))


def _told(demo: Demo) -> dict[str, int]:
    """How many notifications of each type the LMS was told."""
    told = Counter(each["type"] for each in demo.lms("GET", "/v1/changes?limit=200")["items"])
    return dict(sorted(told.items()))


def _links(meeting: dict[str, Any]) -> dict[str, str]:
    return {each["email"]: each["join_url"] for each in meeting["registrants"]}


def main() -> int:
    """Runs the demo and returns the exit status."""
    began = time.monotonic()
    print("Starting the local cloud ...", flush=True)
    with LocalCloud(parameters={"AttendanceDelaySeconds": "2"}) as cloud:
        print(f"Ready after {time.monotonic() - began:.1f} s: {cloud.url}", flush=True)
        try:
            run(Demo(cloud))
        except DemoError as error:
            print(f"\n✗ {error}", file=sys.stderr)
            return 1
    print(f"\n✓ All of it happened, in {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
