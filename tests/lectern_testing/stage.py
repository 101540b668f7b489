"""The whole reconciliation in one process: the table and the real state machine in moto, the Zoom
simulator as the transport, and one clock that waits move forward instead of sleeping."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import requests

from lectern.attendance.start import execution_name as attendance_name
from lectern.attendance.tasks import TASK as ATTENDANCE_TASK
from lectern.attendance.work import AttendanceDependencies
from lectern.domain.attendance.matching import Instance
from lectern.domain.enrollment import Enrollment, shift
from lectern.domain.event import Event
from lectern.domain.limits.budget import Plan
from lectern.domain.model import DomainModel
from lectern.domain.settings import Connection, ConnectionSecrets
from lectern.notify.lms import Lms, SigningSecret
from lectern.secret_store import SecretStore
from lectern.store.attendance import AttendanceStore
from lectern.store.budget import BudgetStore
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.store.instances import InstanceStore
from lectern.store.instructors import InstructorStore
from lectern.store.leases import LeaseStore
from lectern.store.passcode_key import PasscodeKeyStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.table import Table
from lectern.store.tokens import TokenStore
from lectern.store.zoom_cache import ZoomCache
from lectern.sync.reconciliation import ReconciliationDependencies
from lectern.sync.tasks import TASK
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern.sync.triggers.start import execution_name
from lectern.zoom.account import ZoomAccount
from lectern.zoom.client import ZoomClient
from lectern.zoom.rate_limiter import RateLimiter
from lectern.zoom.token import TokenSource
from lectern_testing.aws.killable import KillableZoom, Killed, OneAtATime, aws_client
from lectern_testing.aws.state_machines import StateMachines, interpreted_for, interpreter
from lectern_testing.builders import an_enrollment, an_event
from lectern_testing.on_stage.batches import store_new
from lectern_testing.on_stage.steps import steps_of
from lectern_testing.table import make_table
from zoom_simulator import Clock, World
from zoom_simulator.account.seed import Seed
from zoom_simulator.faults.injection import Fault

_READS = {"get_item", "batch_get_item", "query", "GET at Zoom"}
VERIFY_AFTER = timedelta(hours=6)

Function = Callable[[dict[str, Any]], DomainModel]
"""What a function of a state machine does with a task."""

OfAccount = tuple[TokenSource, ZoomAccount]


class Stage:
    """A stack of Lectern with a simulated Zoom account.

    Attributes:
        world: The simulated account.
        waits: The seconds of every wait and retry, in order; nothing is slept.
        tasks: The tasks that ran, and the steps of rounds in them, by name.
        before_task: Called with the payload of a task, or step, before it runs, to interfere.
        plan: The plan that the budget goes by.
        before_aws: Called with an operation of AWS before a task makes use of it.
        after_effect: Called with each effect of a task.
        effects: The effects of tasks in order: calls at Zoom and writes to the table.
        kill_after: After how many effects the Lambda is killed; ``None`` for never.
        failures: What a test found wrong while an execution waited.
        dangerous_task: The task, or step, whose effects count and kill; ``None`` for every one.
        functions: Those that state machines call, by name.
        largest_payload: The most bytes that went between the state machine and a task.
    """

    def __init__(self, *, fold_seconds: int = 2) -> None:
        self.clock = Clock(lambda: self._began)
        # In the middle of a second: a call that begins late in one waits for the next.
        self._began = time.time() // 1 + 0.5
        self.world = World(self.clock)
        self.world.base_url = "http://zoom.test"
        self.waits: list[float] = []
        self.tasks: Counter[str] = Counter()
        self.before_task: Callable[[dict[str, Any]], None] = lambda _payload: None
        self.largest_payload = 0
        self.plan = Plan.BUSINESS
        self.before_aws: Callable[[str], None] = lambda _operation: None
        self.after_effect: Callable[[str], None] = lambda _effect: None
        self.effects: list[str] = []
        self.kill_after: int | None = None
        self.dangerous_task: str | None = None
        self.failures: list[BaseException] = []
        self._in_task = False
        lock = threading.RLock()
        dynamodb = OneAtATime(aws_client("dynamodb"), lock, self._before, self._done)
        self.table = table = Table(dynamodb, make_table(dynamodb))  # type: ignore[arg-type]
        self.events = EventStore(table)
        self.leases = LeaseStore(table)
        self.enrollments = EnrollmentStore(table)
        self.settings = SettingsStore(table)
        self.tokens, self.scopes = TokenStore(table), ScopeStore(table)
        self.budgets = BudgetStore(table)
        secrets = OneAtATime(aws_client("secretsmanager"), lock, self._before, lambda _: None)
        self.secrets = SecretStore(secrets, "lectern/test/")  # type: ignore[arg-type]
        self.session = requests.Session()
        self.session.mount(self.world.base_url, KillableZoom(self.world, self._done))
        self.dependencies = ReconciliationDependencies(
            events=self.events,
            leases=self.leases,
            enrollments=self.enrollments,
            instructors=InstructorStore(table),
            lms=Lms(self.session, SigningSecret(self.secrets), self.clock.now, is_local=True),
            settings=self.settings,
            answers=ZoomCache(table),
            zoom=self._zoom_account,
            now=self.clock.now,
            sleep=self.wait,
            lease_for=timedelta(seconds=900),
            fold=timedelta(seconds=fold_seconds),
            verify_after=VERIFY_AFTER,
            passcode_keys=PasscodeKeyStore(table),
        )
        self.instances = InstanceStore(table)
        self.attendance = AttendanceStore(table)
        self.attendance_dependencies = AttendanceDependencies(
            events=self.events,
            enrollments=self.enrollments,
            settings=self.settings,
            instances=self.instances,
            attendance=self.attendance,
            zoom=self._zoom_account,
            now=self.clock.now,
            delay=timedelta(minutes=15),
        )
        self.machines = StateMachines()
        self.functions: dict[str, Function] = {
            "event-sync": lambda task: TASK.validate_python(task).run(self.dependencies),
            "attendance": lambda task: ATTENDANCE_TASK.validate_python(task).run(
                self.attendance_dependencies
            ),
        }
        self.connect()

    # What the LMS does.

    def connect(self) -> None:
        """Stores the simulated account's credentials."""
        now, credentials = self.clock.now(), self.world.seed.credentials
        connection = Connection(
            account_id=credentials.account_id,
            client_id=credentials.client_id,
            client_secret_changed_at=now,
        )
        self.secrets.put("default", ConnectionSecrets(client_secret=credentials.client_secret))
        self.settings.put_connection(connection, was_version=0)

    def change_event(self, event_id: str = "ev-1", **changes: Any) -> Event:
        """Stores a change of an event as the API does."""
        event = self.event(event_id)
        fields = {"version": event.version + 1, "updated_at": self.clock.now(), **changes}
        changed = event.model_copy(update=fields)
        return self.events.replace_desired(changed, was_version=event.version)

    def change_details(self, event_id: str = "ev-1", **changes: Any) -> Event:
        """Stores a change of an event's details as the API does."""
        details = self.event(event_id).details.model_copy(update=changes)
        return self.change_event(event_id, details=details)

    def enrol(self, *enrollments: Enrollment) -> None:
        """Stores new enrollments as the API does."""
        store_new(enrollments, self.events, self.enrollments, self.clock.now())

    def change_enrollment(self, user_id: str, event_id: str = "ev-1", **changes: Any) -> None:
        """Stores a change of an enrollment as the API does."""
        enrollment = self.enrollment(user_id, event_id)
        fields = {
            "version": enrollment.version + 1,
            "state": "pending",
            "reason": None,
            "message": None,
            "failed_for": None,
        }
        changed = Enrollment.model_validate({**dict(enrollment), **fields, **changes})
        self.enrollments.replace_desired(enrollment, changed)
        shifts = shift(enrollment.state, changed.state)
        self.events.request_sync(event_id, self.clock.now(), shifts=shifts)

    def event_with_people(self, count: int) -> None:
        """An event with people, not synchronised yet."""
        now = self.clock.now()
        self.events.create(an_event(now=now))
        self.enrol(*(an_enrollment(f"u-{n:05}", now=now) for n in range(count)))

    def synchronised_event(self, count: int) -> None:
        """An event with people, synchronised; the calls that it took are counted."""
        self.event_with_people(count)
        assert self.synchronise() == "SUCCEEDED"
        self.all_is_well(count)

    # What there is.

    def all_is_well(self, count: int) -> None:
        """One meeting, everyone registered once, and the event says so."""
        assert len(self.open_meetings()) == 1
        assert len(self.registrants()) == count
        assert self.where_people_stand() == {"registered": count}
        assert self.event().sync.state == "in_sync"
        assert self.event().sync.problem is None

    def event(self, event_id: str = "ev-1") -> Event:
        """The stored event."""
        event = self.events.get(event_id)
        assert event is not None
        return event

    def enrollment(self, user_id: str, event_id: str = "ev-1") -> Enrollment:
        """A stored enrollment."""
        enrollment = self.enrollments.get(event_id, user_id)
        assert enrollment is not None
        return enrollment

    def where_people_stand(self, event_id: str = "ev-1") -> dict[str, int]:
        """How many people stand where; the event's own counts have to say the same."""
        people, _ = self.enrollments.page(event_id, limit=1000)
        counts = Counter(str(each.state) for each in people if each.enrolled)
        told = {name: count for name, count in self.event(event_id).participants if count}
        assert told == {name: count for name, count in counts.items() if name != "removed"}
        return dict(counts)

    def registrants(self, event_id: str = "ev-1") -> dict[str, str]:
        """Who is approved at Zoom for the event's meeting: registrant ids by address."""
        meeting = self.event(event_id).meeting
        assert meeting is not None
        registrants = self.world.sessions[int(meeting.zoom_id)].registrants.values()
        return {each.email: each.id for each in registrants if each.status == "approved"}

    def open_meetings(self) -> dict[str, dict[str, Any]]:
        """The meetings and webinars that exist at Zoom, by id."""
        state = self._control("GET", "/state")
        return {str(each["id"]): each for each in (*state["meetings"], *state["webinars"])}

    def zoom_meeting(self, event_id: str = "ev-1") -> dict[str, Any]:
        """The event's meeting as it is at Zoom."""
        meeting = self.event(event_id).meeting
        assert meeting is not None
        return self.open_meetings()[meeting.zoom_id]

    def act(self, event_id: str = "ev-1", **action: Any) -> Any:
        """Does something to the event's meeting in Zoom by hand; what that gives, if anything."""
        meeting = self.event(event_id).meeting
        assert meeting is not None
        session = {f"{meeting.kind}_id": int(meeting.zoom_id)}
        return self._control("POST", "/actions", {**session, **action})

    def delete_in_zoom(self, event_id: str = "ev-1") -> None:
        """Deletes the event's meeting in Zoom by hand."""
        self.act(event_id, action="delete_meeting")

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.world.base_url}/_sim{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def calls(self) -> Counter[str]:
        """How often each operation was called at Zoom, token requests aside."""
        operations = (call["operation"] for call in self.world.calls.since(0))
        return Counter(name for name in operations if name != "oauth_token")

    def forget_calls(self) -> None:
        """Begins to count calls and waits anew."""
        self.world.calls.clear()
        self.waits.clear()

    def fault(self, **fault: Any) -> None:
        """Injects a fault at Zoom."""
        self.world.faults.add(Fault.model_validate(fault))

    def seed(self, **seed: Any) -> None:
        """Changes the simulated account."""
        self.world.apply(Seed.model_validate(seed))

    # The workflow.

    def synchronise(self, event_id: str = "ev-1") -> str:
        """Runs the state machine for the event's last request, and returns how it ended."""
        return self.run(execution_name(event_id, self.event(event_id).sync.requested), event_id)

    def sweep(self) -> dict[str, int]:
        """Runs the background sweep."""
        return BackgroundSweep(self.events, VERIFY_AFTER, self.clock.now).run()

    def run(self, name: str, event_id: str = "ev-1") -> str:
        """Runs the state machine under a name, and returns how it ended."""
        ended = self.machines.run("event-sync", name, {"event_id": event_id})
        for failure in self.failures:
            raise failure
        return ended

    def settle(self, instance: Instance) -> str:
        """Settles the attendance of a run of a session, and returns how the execution ended."""
        told = {"event_id": instance.event_id, "instance": instance.key, "round": instance.round}
        return self.machines.run("attendance", attendance_name(instance), told)

    def invoke(self, **request: Any) -> dict[str, Any]:
        """Answers as Lambda does for the functions of the state machines."""
        payload = json.loads(request["Payload"])
        self.tasks[payload["task"]] += 1
        answer: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        try:
            self.before_task(payload)
            self._in_task = self.dangerous_task in {None, payload["task"]}
            result = self.functions[request["FunctionName"]](payload).model_dump(mode="json")
        except (Exception, Killed) as error:  # noqa: BLE001 - as Lambda does
            result = {"errorMessage": str(error), "errorType": type(error).__name__}
            answer["FunctionError"] = "Unhandled"
        finally:
            self._in_task = False
        body = json.dumps(result).encode()
        self.largest_payload = max(self.largest_payload, len(body), len(request["Payload"]))
        return answer | {"Payload": BytesIO(body)}

    def step(self, step: str, owner: str) -> None:
        """Lets a test come before a step of a round."""
        self.tasks[step] += 1
        self._in_task = self.dangerous_task in {None, step}
        self.before_task({"task": step, "owner": owner})

    def _before(self, operation: str) -> None:
        """Lets a test come between a task and AWS."""
        if self._in_task:
            self.before_aws(operation)

    def _done(self, effect: str) -> None:
        """Kills the Lambda once it has had the effects that a test lets it have."""
        if not self._in_task or effect in _READS:
            return
        self.effects.append(effect)
        self.after_effect(effect)
        if len(self.effects) == self.kill_after:
            raise Killed

    def wait(self, seconds: float) -> None:
        """Lets time pass."""
        self.waits.append(seconds)
        self.clock.advance(timedelta(seconds=max(seconds, 0)))

    def wait_until(self, moment: datetime) -> None:
        """Lets time pass until a moment."""
        self.wait((moment - self.clock.now()).total_seconds())

    def _zoom_account(self, connection: Connection) -> ZoomAccount:
        return self.account_by(connection, self.session)[1]

    def account_by(self, connection: Connection, session: requests.Session) -> OfAccount:
        """Where a connection's tokens come from, and its Zoom account as a session calls it."""
        source = TokenSource(
            connection,
            owner="test",
            tokens=self.tokens,
            secrets=self.secrets,
            scopes=self.scopes,
            settings=self.settings,
            session=session,
            oauth_url=f"{self.world.base_url}/oauth/token",
            now=self.clock.now,
            sleep=self.wait,
        )
        url = f"{self.world.base_url}/v2"
        client = ZoomClient(session, url, source, self.budget(connection), self.clock.now)
        return source, ZoomAccount(client)

    def budget(self, connection: Connection) -> RateLimiter:
        """The budget that the calls for a connection are taken from."""
        name = connection.connection_id
        return RateLimiter(name, self.budgets, lambda: self.plan, self.clock.now, self.wait)


@contextmanager
def staged(**options: Any) -> Iterator[Stage]:
    """A stage of its own for a test."""
    with interpreter():
        stage = Stage(**options)
        with interpreted_for(stage), steps_of(stage):
            yield stage
