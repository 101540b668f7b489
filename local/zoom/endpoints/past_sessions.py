"""The operations on what was held: when it was, and who was there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from lectern.domain.meeting import Kind
from lectern.zoom import operations
from local.zoom import past
from local.zoom.endpoints.routing import Answer, ApiCall, carries_out, carries_out_of_each_kind
from local.zoom.presence import Stay


@carries_out(operations.GET_PAST_MEETING)
def get_past_meeting(call: ApiCall) -> Answer:
    """Show when a meeting was held."""
    instance = past.find_past_meeting(call.world, call.path["session_id"])
    return Answer(HTTPStatus.OK, past.meeting(instance))


@carries_out_of_each_kind(lambda of: of.report_participants)
def report_participants(kind: Kind, call: ApiCall) -> Answer:
    """Show who was there, once the report is ready."""
    world = call.world
    with_registrant_id = call.query.get("include_fields") == "registrant_id"
    instance = past.find_for_report(world, kind, call.path["session_id"])
    stays = past.reported(world, instance)
    return _page(
        call,
        f"report {instance.uuid}",
        stays,
        lambda stay: past.report_row(world, instance, stay, with_registrant_id=with_registrant_id),
    )


@carries_out(operations.LIST_PAST_WEBINAR_PARTICIPANTS)
def list_past_webinar_participants(call: ApiCall) -> Answer:
    """Show who was in a webinar."""
    world = call.world
    instance = past.find_past_webinar(world, call.path["session_id"])
    return _page(
        call,
        f"participants {instance.uuid}",
        instance.stays,
        lambda stay: past.participant_row(world, instance, stay),
    )


def _page(
    call: ApiCall, name: str, stays: list[Stay], row: Callable[[Stay], dict[str, Any]]
) -> Answer:
    page, envelope = call.world.pages.cut(name, stays, call.query, call.world.now())
    page_count = -(-envelope["total_records"] // envelope["page_size"])
    rows = [row(stay) for stay in page]
    return Answer(HTTPStatus.OK, {**envelope, "page_count": page_count, "participants": rows})
