"""The control API below ``/_sim``: how a test, or a person, shapes the simulated account."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, model_validator

from zoom_simulator.account.model import Mail
from zoom_simulator.account.seed import Seed, WebhooksSeed
from zoom_simulator.actions.by_hand import ANY_ACTION
from zoom_simulator.errors import ZoomError
from zoom_simulator.faults.injection import Fault
from zoom_simulator.snapshot import snapshot_of, webhooks_snapshot
from zoom_simulator.webhooks.faults import WebhookFault
from zoom_simulator.world import World


class ClockChange(BaseModel):
    """A move of the clock: by seconds, or to a time."""

    model_config = ConfigDict(extra="forbid")

    advance_seconds: float | None = None
    set: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> ClockChange:
        if (self.advance_seconds is None) == (self.set is None):
            raise ValueError("give either advance_seconds or set")
        return self


class EventByHand(BaseModel):
    """An event with any name and payload, to be signed and delivered like all others."""

    model_config = ConfigDict(extra="forbid")

    event: str
    payload: dict[str, Any]


def control_blueprint(world: World) -> Blueprint:
    """The routes of the control API."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sim")
    blueprint.register_error_handler(ValidationError, _not_understood)
    blueprint.register_error_handler(ZoomError, _refused_by_zoom)
    _add_account_routes(blueprint, world)
    _add_fault_routes(blueprint, world)
    _add_clock_routes(blueprint, world)
    _add_call_routes(blueprint, world)
    _add_webhook_routes(blueprint, world)
    return blueprint


def _add_account_routes(blueprint: Blueprint, world: World) -> None:
    @blueprint.post("/reset")
    def reset() -> Response:
        seed = Seed.model_validate(_body())
        with world.lock:
            world.reset()
            world.apply(seed)
        return _done()

    @blueprint.post("/seed")
    def seed() -> Response:
        change = Seed.model_validate(_body())
        with world.lock:
            world.apply(change)
        return _done()

    @blueprint.post("/accounts")
    def add_account() -> Response:
        seed = Seed.model_validate(_body())
        with world.lock:
            world.add_account(seed)
        return _done()

    @blueprint.post("/actions")
    def act() -> Response:
        action = ANY_ACTION.validate_python(_body())
        with world.lock:
            result = action.apply(world)
        return _done() if result is None else jsonify(result)

    @blueprint.get("/state")
    def state() -> Response:
        with world.lock:
            return jsonify(snapshot_of(world))


def _add_fault_routes(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/faults")
    def faults() -> Response:
        with world.lock:
            return jsonify(faults=[fault.model_dump() for fault in world.faults.waiting()])

    @blueprint.post("/faults")
    def add_fault() -> Response:
        fault = Fault.model_validate(_body())
        with world.lock:
            world.faults.add(fault)
        return _done()

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        with world.lock:
            world.faults.clear()
        return _done()


def _add_clock_routes(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/clock")
    def clock() -> Response:
        return _time(world.now())

    @blueprint.post("/clock")
    def move_clock() -> Response:
        change = ClockChange.model_validate(_body())
        with world.lock:
            if change.set is not None:
                world.clock.set(change.set)
            elif change.advance_seconds is not None:
                world.clock.advance(timedelta(seconds=change.advance_seconds))
            world.wake()
            return _time(world.now())


def _add_call_routes(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/calls")
    def calls() -> Response:
        since = request.args.get("since", default=0, type=int)
        with world.lock:
            return jsonify(calls=world.calls.since(since))

    @blueprint.delete("/calls")
    def clear_calls() -> Response:
        with world.lock:
            world.calls.clear()
        return _done()

    @blueprint.get("/mails")
    def mails() -> Response:
        with world.lock:
            return jsonify(mails=[_mail(each) for each in world.mails])

    @blueprint.delete("/mails")
    def clear_mails() -> Response:
        with world.lock:
            world.mails.clear()
        return _done()

    @blueprint.get("/summary")
    def summary() -> Response:
        with world.lock:
            return jsonify(world.calls.summary())

    @blueprint.get("/counts")
    def counts() -> Response:
        with world.lock:
            return jsonify(counts=world.calls.ever())


def _add_webhook_routes(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/webhooks")
    def webhooks() -> Response:
        since = request.args.get("since", default=0, type=int)
        with world.lock:
            return jsonify(webhooks_snapshot(world.webhooks, since))

    @blueprint.post("/webhooks")
    def subscribe() -> Response:
        change = WebhooksSeed.model_validate(_body())
        with world.lock:
            world.apply(Seed(webhooks=change))
        return _done()

    @blueprint.delete("/webhooks")
    def forget_deliveries() -> Response:
        with world.lock:
            world.webhooks.forget()
        return _done()

    @blueprint.post("/webhooks/challenge")
    def challenge_endpoints() -> Response:
        with world.lock:
            world.webhooks.challenge_all(world.now())
            world.wake()
        return _done()

    @blueprint.post("/webhooks/events")
    def publish() -> Response:
        event = EventByHand.model_validate(_body())
        with world.lock:
            world.webhooks.publish(event.event, event.payload, world.now())
            world.wake()
        return _done()

    @blueprint.post("/webhooks/faults")
    def add_webhook_fault() -> Response:
        fault = WebhookFault.model_validate(_body())
        with world.lock:
            world.webhooks.faults.add(fault)
        return _done()

    @blueprint.get("/webhooks/faults")
    def webhook_faults() -> Response:
        with world.lock:
            waiting = [fault.model_dump() for fault in world.webhooks.faults.waiting()]
            return jsonify(faults=waiting)

    @blueprint.delete("/webhooks/faults")
    def clear_webhook_faults() -> Response:
        with world.lock:
            world.webhooks.faults.clear()
        return _done()


def _mail(mail: Mail) -> dict[str, object]:
    return asdict(mail) | {"time": mail.time.isoformat()}


def _body() -> object:
    """The JSON of the request; none at all is an empty object."""
    return request.get_json(force=True) if request.get_data() else {}


def _done() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT)


def _time(now: datetime) -> Response:
    return jsonify(now=now.isoformat())


def _not_understood(error: Exception) -> Response:
    problems = error.errors(include_url=False) if isinstance(error, ValidationError) else []
    answer = [
        {"field": ".".join(map(str, problem["loc"])), "message": problem["msg"]}
        for problem in problems
    ]
    response = jsonify(errors=answer)
    response.status_code = HTTPStatus.BAD_REQUEST
    return response


def _refused_by_zoom(error: Exception) -> Response:
    status = error.status if isinstance(error, ZoomError) else HTTPStatus.INTERNAL_SERVER_ERROR
    response = jsonify(error.body if isinstance(error, ZoomError) else {})
    response.status_code = status
    return response
