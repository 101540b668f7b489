"""The whole truth about the simulated account, more than Zoom's API would tell: for tests."""

from __future__ import annotations

import json
from typing import Any

from local.zoom.answers import join_url, personal_join_url
from local.zoom.clock import zoom_time
from local.zoom.model import Meeting, Registrant, User
from local.zoom.webhooks import Delivery, DeliveryState, Subscription, Webhooks
from local.zoom.world import World


def whole_truth(world: World) -> dict[str, Any]:
    """Users, meetings with registrants, ids of deleted meetings, and the time."""
    meetings = [m for m in world.meetings.values() if m.host_id in world.users]
    return {
        "now": world.now().isoformat(),
        "plan": world.seed.plan,
        "scopes": sorted(world.seed.scopes),
        "users": [_user(user) for user in world.users.values()],
        "meetings": [_meeting(world, m) for m in meetings if m.deleted_at is None],
        "deleted_meetings": [m.id for m in meetings if m.deleted_at is not None],
    }


def webhooks_truth(webhooks: Webhooks, since: int) -> dict[str, Any]:
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


def _user(user: User) -> dict[str, Any]:
    return vars(user) | {"type": int(user.type), "created_at": zoom_time(user.created_at)}


def _meeting(world: World, meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.id,
        "uuid": meeting.uuid,
        "host_email": world.users[meeting.host_id].email,
        "topic": meeting.topic,
        "agenda": meeting.agenda,
        "type": int(meeting.type),
        "start_time": meeting.start_time and zoom_time(meeting.start_time),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "password": meeting.password,
        "settings": meeting.settings,
        "tracking_fields": meeting.tracking_fields,
        "started": meeting.started,
        "join_url": join_url(world, meeting),
        "registrants": [
            _registrant(world, meeting, registrant) for registrant in meeting.registrants.values()
        ],
    }


def _registrant(world: World, meeting: Meeting, registrant: Registrant) -> dict[str, Any]:
    return {
        "id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "status": registrant.status.value,
        "create_time": zoom_time(registrant.created_at),
        "join_url": personal_join_url(world, meeting, registrant),
    }
