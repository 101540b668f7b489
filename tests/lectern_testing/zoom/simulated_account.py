"""A Zoom account for a test: the simulator in this process, on a clock that only the test moves."""

from datetime import timedelta
from typing import Any

import requests

from zoom_simulator import Clock, SimulatorAdapter, World
from zoom_simulator.account.seed import Seed
from zoom_simulator.actions.by_hand import ANY_ACTION
from zoom_simulator.faults.injection import Fault

START = 1_900_000_000.0  # 2030-03-17T17:46:40Z
HOST = "anna@acme.example"
WEBINAR_HOST = "wanda@acme.example"


class SimulatedZoom:
    """One account, and a client of it that holds a token."""

    def __init__(self, **seed: Any) -> None:
        self.world = World(Clock(lambda: START))
        self.world.apply(Seed.model_validate(seed))
        self._adapter = SimulatorAdapter(self.world)
        self.session = self._anonymous()
        self.authorize()

    def authorize(self) -> None:
        """Get a token, and use it from now on."""
        answer = self.token().json()
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def token(self, **changes: Any) -> requests.Response:
        credentials = self.world.seed.credentials
        form = {"grant_type": "account_credentials", "account_id": credentials.account_id}
        return self._anonymous().request(
            "POST",
            f"{self.world.base_url}/oauth/token",
            data=form | changes.pop("form", {}),
            auth=changes.pop("auth", (credentials.client_id, credentials.client_secret)),
            **changes,
        )

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        """Call the API with the token."""
        return self.session.request(
            method, f"{self.world.base_url}/v2{path}", json=body, params=query
        )

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Call the control API."""
        return self._anonymous().request(method, f"{self.world.base_url}/_sim{path}", json=body)

    def follow(self, link: str, **form: Any) -> requests.Response:
        """Follow a link as a person would, or send the form behind it."""
        return self._anonymous().request("POST" if form else "GET", link, data=form)

    def create(self, *, host: str = HOST, **fields: Any) -> dict[str, Any]:
        """Create a meeting with manual approval, an hour from now."""
        return self._create("meetings", host, fields)

    def create_webinar(self, *, host: str = WEBINAR_HOST, **fields: Any) -> dict[str, Any]:
        """Create a webinar with manual approval, an hour from now."""
        return self._create("webinars", host, fields)

    def register(
        self, session_id: int, email: str, *, of: str = "meetings", **fields: Any
    ) -> requests.Response:
        """Register one person, approved at once where it is a meeting."""
        body = {"email": email, "first_name": "Sam"} | fields
        if of == "meetings":
            body.setdefault("auto_approve", True)
        return self.call("POST", f"/{of}/{session_id}/registrants", body)

    def register_batch(
        self, session_id: int, emails: list[str], *, of: str = "meetings"
    ) -> requests.Response:
        people = [{"email": email, "first_name": "Sam"} for email in emails]
        body = {"auto_approve": True, "registrants": people}
        return self.call("POST", f"/{of}/{session_id}/batch_registrants", body)

    def registrants(
        self, session_id: int, status: str = "approved", *, of: str = "meetings"
    ) -> list[dict[str, Any]]:
        answer = self.call("GET", f"/{of}/{session_id}/registrants", status=status)
        found: list[dict[str, Any]] = answer.json()["registrants"]
        return found

    def act(self, action: str, **parameters: Any) -> Any:
        """Do something in Zoom by hand."""
        return ANY_ACTION.validate_python({"action": action} | parameters).apply(self.world)

    def fault(self, kind: str, operation: str = "*", **parameters: Any) -> None:
        """Have calls go wrong."""
        self.world.faults.add(Fault(kind=kind, operation=operation, **parameters))

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.world.clock.advance(timedelta(**by))

    def _create(self, what: str, host: str, fields: dict[str, Any]) -> dict[str, Any]:
        settings = {"approval_type": 1} | fields.pop("settings", {})
        start = (self.world.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"topic": "Algebra", "start_time": start, "settings": settings} | fields
        answer = self.call("POST", f"/users/{host}/{what}", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _anonymous(self) -> requests.Session:
        session = requests.Session()
        session.mount(self.world.base_url, self._adapter)
        return session


def refusal(answer: requests.Response) -> tuple[int, int]:
    """The HTTP status and Zoom's code."""
    return answer.status_code, answer.json()["code"]
