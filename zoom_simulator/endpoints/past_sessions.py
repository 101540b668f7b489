"""The operations on what was held: when it was, and who was there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from zoom_simulator.account import reports
from zoom_simulator.account.presence import Stay
from zoom_simulator.endpoints.routing import ApiCall, Reply, carries_out, carries_out_of_each_kind
from zoom_simulator.operations import Kind


@carries_out("get_past_meeting")
def get_past_meeting(call: ApiCall) -> Reply:
    """Show when a meeting was held."""
    instance = reports.find_past_meeting(call.world, call.path["session_id"])
    return Reply(HTTPStatus.OK, reports.meeting(instance))


@carries_out_of_each_kind("report_{kind}_participants")
def report_participants(kind: Kind, call: ApiCall) -> Reply:
    """Show who was there, once the report is ready."""
    world = call.world
    with_registrant_id = call.query.get("include_fields") == "registrant_id"
    instance = reports.find_for_report(world, kind, call.path["session_id"])
    stays = reports.reported(world, instance)
    return _page(
        call,
        f"report {instance.uuid}",
        stays,
        lambda stay: reports.report_row(
            world, instance, stay, with_registrant_id=with_registrant_id
        ),
    )


@carries_out("list_past_webinar_participants")
def list_past_webinar_participants(call: ApiCall) -> Reply:
    """Show who was in a webinar."""
    world = call.world
    instance = reports.find_past_webinar(world, call.path["session_id"])
    return _page(
        call,
        f"participants {instance.uuid}",
        instance.stays,
        lambda stay: reports.participant_row(world, instance, stay),
    )


def _page(
    call: ApiCall, name: str, stays: list[Stay], row: Callable[[Stay], dict[str, Any]]
) -> Reply:
    page, envelope = call.world.pages.cut(name, stays, call.query, call.world.now())
    page_count = -(-envelope["total_records"] // envelope["page_size"])
    rows = [row(stay) for stay in page]
    return Reply(HTTPStatus.OK, {**envelope, "page_count": page_count, "participants": rows})
