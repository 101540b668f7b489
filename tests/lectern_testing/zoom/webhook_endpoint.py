"""An endpoint for the simulator's webhooks, in the process of the test."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from lectern_testing.zoom.simulated_account import HOST, WEBINAR_HOST, SimulatedZoom
from zoom_simulator.account.seed import Seed
from zoom_simulator.webhooks.sender import WebhookSender
from zoom_simulator.webhooks.subscriptions import CHALLENGE, DeliveryReply
from zoom_simulator.world import World

URL = "https://lectern.example/webhook/zoom"


class Endpoint:
    """Takes what Zoom sends, checks every signature, and answers as it is told.

    Attributes:
        received: The deliveries that were no challenges, with their headers, in their order.
        answers: Statuses of the next answers to events; ``None`` for no answer at all. Then 200.
        answers_challenges: Whether challenges are answered well.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.received: list[tuple[Mapping[str, str], bytes]] = []
        self.challenges = 0
        self.answers: list[int | None] = []
        self.answers_challenges = True
        self._sender = WebhookSender(world, self, epoch=lambda: world.now().timestamp())

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> DeliveryReply:
        stamp = headers["x-zm-request-timestamp"]
        expected = f"v0={self._hmac(f'v0:{stamp}:'.encode() + body)}"
        assert headers["x-zm-signature"] == expected
        message = json.loads(body)
        if message["event"] == CHALLENGE:
            self.challenges += 1
            return self._answer_challenge(message["payload"]["plainToken"])
        self.received.append((headers, body))
        status = self.answers.pop(0) if self.answers else 200
        if status is None:
            raise ConnectionError
        return DeliveryReply(status)

    def subscribe(self, *events: str, **seed: Any) -> None:
        """Subscribe to events, all if none is named."""
        subscription = {"url": URL, "events": list(events) or ["*"]}
        webhooks = {"subscriptions": [subscription], **seed}
        self.world.apply(Seed.model_validate({"webhooks": webhooks}))

    def deliver(self) -> list[str]:
        """Have all delivered that is due; the names of the events that came."""
        before = len(self.received)
        self._sender.deliver_due()
        return [event["event"] for event in self.events[before:]]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The bodies of all events that came, in their order."""
        return [json.loads(body) for _, body in self.received]

    def _answer_challenge(self, token: str) -> DeliveryReply:
        proof = self._hmac(token.encode()) if self.answers_challenges else "?"
        return DeliveryReply(
            200, json.dumps({"plainToken": token, "encryptedToken": proof}).encode()
        )

    def _hmac(self, message: bytes) -> str:
        secret = self.world.seed.credentials.webhook_secret_token.encode()
        return hmac.new(secret, message, hashlib.sha256).hexdigest()


class TellingZoom(SimulatedZoom):
    """An account that tells all; a kind of session is chosen by ``what``."""

    def __init__(self, what: str = "meetings", **seed: Any) -> None:
        super().__init__(**seed)
        self.what = what
        self.kind = what.removesuffix("s")
        self.host = HOST if what == "meetings" else WEBINAR_HOST
        self.endpoint = Endpoint(self.world)
        self.endpoint.subscribe()

    def schedule(self, **fields: Any) -> dict[str, Any]:
        """Create a session, of which nothing is told here."""
        session = self._create(self.what, self.host, fields)
        self.told()
        return session

    def told(self) -> list[dict[str, Any]]:
        """The events that came since the last look."""
        before = len(self.endpoint.received)
        self.endpoint.deliver()
        return self.endpoint.events[before:]

    def by_hand(self, action: str, session: dict[str, Any], **parameters: Any) -> Any:
        """Do something to a session in Zoom by hand."""
        return self.act(action, **{f"{self.kind}_id": session["id"]}, **parameters)
