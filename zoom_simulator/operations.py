"""The operations of Zoom's API that the simulator serves, as Zoom's own document has them.

Made from that document (method, path, rate label, scopes), and not from what a client believes: who
is tested against the simulator would else be tested against its own assumptions. The plan usage
is not in it; it is served as accounts were seen to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

READS = "GET"


class Kind(StrEnum):
    """What a session is."""

    MEETING = "meeting"
    WEBINAR = "webinar"


class RateClass(StrEnum):
    """Zoom's rate labels; each has its own limits a second and a day for an account."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        name: What it is called in the log of requests, and where faults are aimed.
        method: The HTTP method.
        path: The path below ``/v2``, with its parameters in braces.
        rate_class: Its rate label.
        scope: The granular scope that an app of the account's administrators needs for it.
    """

    name: str
    method: str
    path: str
    rate_class: RateClass
    scope: str

    @property
    def classic(self) -> tuple[str, ...]:
        """The scopes of older apps, of which one does as well."""
        area = self.scope.partition(":")[0]
        if area == "billing":
            return ("billing:master",)
        if area == "user" and not self.changes:
            return ("user:read:admin", "user:write:admin")
        return (f"{area}:write:admin" if self.changes else f"{area}:read:admin",)

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.method != READS

    def is_granted(self, scopes: frozenset[str]) -> bool:
        """Whether a token with these scopes may call it."""
        return self.scope in scopes or not scopes.isdisjoint(self.classic)


_LIGHT, _MEDIUM, _HEAVY = RateClass.LIGHT, RateClass.MEDIUM, RateClass.HEAVY

_ROWS = (
    Operation(
        "create_meeting", "POST", "/users/{user_id}/meetings", _LIGHT, "meeting:write:meeting:admin"
    ),
    Operation("get_meeting", "GET", "/meetings/{session_id}", _LIGHT, "meeting:read:meeting:admin"),
    Operation(
        "update_meeting", "PATCH", "/meetings/{session_id}", _LIGHT, "meeting:update:meeting:admin"
    ),
    Operation(
        "delete_meeting", "DELETE", "/meetings/{session_id}", _LIGHT, "meeting:delete:meeting:admin"
    ),
    Operation(
        "list_meetings",
        "GET",
        "/users/{user_id}/meetings",
        _MEDIUM,
        "meeting:read:list_meetings:admin",
    ),
    Operation(
        "change_meeting_status",
        "PUT",
        "/meetings/{session_id}/status",
        _LIGHT,
        "meeting:update:status:admin",
    ),
    Operation(
        "add_meeting_registrant",
        "POST",
        "/meetings/{session_id}/registrants",
        _LIGHT,
        "meeting:write:registrant:admin",
    ),
    Operation(
        "batch_meeting_registrants",
        "POST",
        "/meetings/{session_id}/batch_registrants",
        _HEAVY,
        "meeting:write:batch_registrants:admin",
    ),
    Operation(
        "list_meeting_registrants",
        "GET",
        "/meetings/{session_id}/registrants",
        _MEDIUM,
        "meeting:read:list_registrants:admin",
    ),
    Operation(
        "get_meeting_registrant",
        "GET",
        "/meetings/{session_id}/registrants/{registrant_id}",
        _LIGHT,
        "meeting:read:registrant:admin",
    ),
    Operation(
        "delete_meeting_registrant",
        "DELETE",
        "/meetings/{session_id}/registrants/{registrant_id}",
        _LIGHT,
        "meeting:delete:registrant:admin",
    ),
    Operation(
        "update_meeting_registrant_status",
        "PUT",
        "/meetings/{session_id}/registrants/status",
        _MEDIUM,
        "meeting:update:registrant_status:admin",
    ),
    Operation(
        "make_meeting_invite_links",
        "POST",
        "/meetings/{session_id}/invite_links",
        _LIGHT,
        "meeting:write:invite_links:admin",
    ),
    Operation(
        "report_meeting_participants",
        "GET",
        "/report/meetings/{session_id}/participants",
        _HEAVY,
        "report:read:list_meeting_participants:admin",
    ),
    Operation(
        "create_webinar", "POST", "/users/{user_id}/webinars", _LIGHT, "webinar:write:webinar:admin"
    ),
    Operation("get_webinar", "GET", "/webinars/{session_id}", _LIGHT, "webinar:read:webinar:admin"),
    Operation(
        "update_webinar", "PATCH", "/webinars/{session_id}", _LIGHT, "webinar:update:webinar:admin"
    ),
    Operation(
        "delete_webinar", "DELETE", "/webinars/{session_id}", _LIGHT, "webinar:delete:webinar:admin"
    ),
    Operation(
        "list_webinars",
        "GET",
        "/users/{user_id}/webinars",
        _MEDIUM,
        "webinar:read:list_webinars:admin",
    ),
    Operation(
        "change_webinar_status",
        "PUT",
        "/webinars/{session_id}/status",
        _LIGHT,
        "webinar:update:status:admin",
    ),
    Operation(
        "add_webinar_registrant",
        "POST",
        "/webinars/{session_id}/registrants",
        _LIGHT,
        "webinar:write:registrant:admin",
    ),
    Operation(
        "batch_webinar_registrants",
        "POST",
        "/webinars/{session_id}/batch_registrants",
        _HEAVY,
        "webinar:write:batch_registrants:admin",
    ),
    Operation(
        "list_webinar_registrants",
        "GET",
        "/webinars/{session_id}/registrants",
        _MEDIUM,
        "webinar:read:list_registrants:admin",
    ),
    Operation(
        "get_webinar_registrant",
        "GET",
        "/webinars/{session_id}/registrants/{registrant_id}",
        _LIGHT,
        "webinar:read:registrant:admin",
    ),
    Operation(
        "delete_webinar_registrant",
        "DELETE",
        "/webinars/{session_id}/registrants/{registrant_id}",
        _LIGHT,
        "webinar:delete:registrant:admin",
    ),
    Operation(
        "update_webinar_registrant_status",
        "PUT",
        "/webinars/{session_id}/registrants/status",
        _MEDIUM,
        "webinar:update:registrant_status:admin",
    ),
    Operation(
        "make_webinar_invite_links",
        "POST",
        "/webinars/{session_id}/invite_links",
        _LIGHT,
        "webinar:write:invite_links:admin",
    ),
    Operation(
        "report_webinar_participants",
        "GET",
        "/report/webinars/{session_id}/participants",
        _HEAVY,
        "report:read:list_webinar_participants:admin",
    ),
    Operation(
        "list_panelists",
        "GET",
        "/webinars/{session_id}/panelists",
        _MEDIUM,
        "webinar:read:list_panelists:admin",
    ),
    Operation(
        "add_panelists",
        "POST",
        "/webinars/{session_id}/panelists",
        _MEDIUM,
        "webinar:write:panelist:admin",
    ),
    Operation(
        "delete_panelist",
        "DELETE",
        "/webinars/{session_id}/panelists/{panelist_id}",
        _LIGHT,
        "webinar:delete:panelist:admin",
    ),
    Operation(
        "get_past_meeting",
        "GET",
        "/past_meetings/{session_id}",
        _LIGHT,
        "meeting:read:past_meeting:admin",
    ),
    Operation(
        "list_past_webinar_participants",
        "GET",
        "/past_webinars/{session_id}/participants",
        _MEDIUM,
        "webinar:read:list_past_participants:admin",
    ),
    Operation(
        "get_plan_usage",
        "GET",
        "/accounts/{account_id}/plans/usage",
        _HEAVY,
        "billing:read:plan_usage:admin",
    ),
    Operation("get_user", "GET", "/users/{user_id}", _LIGHT, "user:read:user:admin"),
    Operation("create_user", "POST", "/users", _LIGHT, "user:write:user:admin"),
    Operation("update_user", "PATCH", "/users/{user_id}", _LIGHT, "user:update:user:admin"),
    Operation("check_user_email", "GET", "/users/email", _LIGHT, "user:read:email:admin"),
    Operation(
        "get_user_settings", "GET", "/users/{user_id}/settings", _MEDIUM, "user:read:settings:admin"
    ),
    Operation(
        "update_user_settings",
        "PATCH",
        "/users/{user_id}/settings",
        _MEDIUM,
        "user:update:settings:admin",
    ),
    Operation(
        "list_assistants",
        "GET",
        "/users/{user_id}/assistants",
        _MEDIUM,
        "user:read:list_assistants:admin",
    ),
    Operation(
        "add_assistants",
        "POST",
        "/users/{user_id}/assistants",
        _MEDIUM,
        "user:write:assistant:admin",
    ),
    Operation(
        "delete_assistant",
        "DELETE",
        "/users/{user_id}/assistants/{assistant_id}",
        _LIGHT,
        "user:delete:assistant:admin",
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({each.name: each for each in _ROWS})
"""By name."""
