"""Takes a snapshot of the simulated account, with more than Zoom's API would tell: for tests."""

from __future__ import annotations

import json
from typing import Any

from zoom_simulator.account import licences
from zoom_simulator.account.model import Registrant, Session, User
from zoom_simulator.account.presence import Instance, Stay
from zoom_simulator.clock import zoom_time
from zoom_simulator.operations import Kind
from zoom_simulator.responses import panelist
from zoom_simulator.urls import join_url, personal_join_url
from zoom_simulator.webhooks.subscriptions import Delivery, DeliveryState, Subscription, Webhooks
from zoom_simulator.world import World


def snapshot_of(world: World) -> dict[str, Any]:
    """Users, sessions with registrants, ids of deleted ones, what was held, and the time."""
    return {
        "now": world.now().isoformat(),
        "plan": world.seed.plan,
        "licences": world.seed.licences.model_dump(),
        "licences_in_use": _in_use(world),
        "scopes": sorted(world.seed.scopes),
        "users": [_user(user) for user in world.users.values()],
        **_sessions(world, Kind.MEETING),
        **_sessions(world, Kind.WEBINAR),
        "instances": [_instance(instance) for instance in world.instances.values()],
    }


def webhooks_snapshot(webhooks: Webhooks, since: int) -> dict[str, Any]:
    """The subscriptions, and the deliveries after the one with this number."""
    return {
        "subscriptions": [_subscription(each) for each in webhooks.subscriptions()],
        "deliveries": [_delivery(each) for each in webhooks.deliveries(since)],
    }


def _subscription(subscription: Subscription) -> dict[str, Any]:
    validated_at = subscription.validated_at
    return {
        "url": subscription.url,
        "events": list(subscription.events),
        "enabled": subscription.enabled,
        "validated_at": validated_at and validated_at.isoformat(),
        "next_validation_at": subscription.next_validation_at.isoformat(),
        "failures": subscription.failures,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    waits = delivery.state is DeliveryState.WAITING
    return {
        "sequence": delivery.sequence,
        "url": delivery.subscription.url,
        "event": delivery.event,
        "request_id": delivery.stamp.request_id,
        "body": json.loads(delivery.body),
        "state": delivery.state.value,
        "due_at": delivery.due_at.isoformat() if waits else None,
        "attempts": [
            {"time": attempt.time.isoformat(), "status": attempt.status}
            for attempt in delivery.attempts
        ],
    }


def _instance(instance: Instance) -> dict[str, Any]:
    return {
        "uuid": instance.uuid,
        "kind": instance.kind.value,
        "session_id": instance.session_id,
        "started_at": zoom_time(instance.started_at),
        "ended_at": instance.ended_at and zoom_time(instance.ended_at),
        "participants": [_stay(stay) for stay in instance.stays],
    }


def _stay(stay: Stay) -> dict[str, Any]:
    return vars(stay.visitor) | {
        "role": stay.visitor.role.value,
        "user_id": stay.user_id,
        "device": stay.device,
        "waiting": stay.waiting,
        "joined_at": zoom_time(stay.joined_at),
        "left_at": stay.left_at and zoom_time(stay.left_at),
    }


def _in_use(world: World) -> dict[str, Any]:
    return {
        "hosts": licences.hosts_in_use(world),
        "webinars": licences.in_use(world, licences.WEBINARS),
        "large_meetings": licences.in_use(world, licences.LARGE_MEETINGS),
    }


def _user(user: User) -> dict[str, Any]:
    return vars(user) | {
        "type": int(user.type),
        "created_at": zoom_time(user.created_at),
        "policy": user.policy.model_dump(exclude_unset=True),
    }


def _sessions(world: World, kind: Kind) -> dict[str, Any]:
    all_of_kind = [
        session
        for session in world.sessions.values()
        if session.kind is kind and session.host_id in world.users
    ]
    return {
        f"{kind}s": [_session(world, each) for each in all_of_kind if each.deleted_at is None],
        f"deleted_{kind}s": [each.id for each in all_of_kind if each.deleted_at is not None],
    }


def _session(world: World, session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "uuid": session.uuid,
        "host_email": world.users[session.host_id].email,
        "topic": session.topic,
        "agenda": session.agenda,
        "type": int(session.type),
        "start_time": session.start_time and zoom_time(session.start_time),
        "duration": session.duration,
        "timezone": session.timezone,
        "password": session.password,
        "settings": session.settings,
        "tracking_fields": session.tracking_fields,
        "started": session.started,
        "join_url": join_url(world, session),
        "registrants": [
            _registrant(world, session, registrant) for registrant in session.registrants.values()
        ],
        "panelists": [panelist(world, session, each) for each in session.panelists.values()],
        "invite_links": [
            {"name": link.name, "expires_at": link.expires_at and zoom_time(link.expires_at)}
            for link in session.invite_links.values()
        ],
    }


def _registrant(world: World, session: Session, registrant: Registrant) -> dict[str, Any]:
    return {
        "id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "status": registrant.status.value,
        "create_time": zoom_time(registrant.created_at),
        "join_url": personal_join_url(world, session, registrant),
    }
