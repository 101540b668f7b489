"""The requests that Lectern sends to the LMS, for the API's document."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from lectern.api.changes import ChangeData
from lectern.api.enrollments.body import RequirementBody
from lectern.api.http.views import View
from lectern.domain.notifications import NotificationType
from lectern.domain.sweeps import PEOPLE_AT_ONCE

Json = dict[str, Any]


class NotificationView(View):
    """A notification, as it is POSTed to `notifications.url`."""

    type: NotificationType
    timestamp: AwareDatetime
    data: ChangeData


class AccessQuestion(View):
    """Whom the LMS is asked about, as it is POSTed to `access_validation.check_url`."""

    event_id: str
    user_ids: Annotated[list[str], Field(min_length=1, max_length=PEOPLE_AT_ONCE)]


class AccessDecision(BaseModel):
    """The LMS's decision about one user."""

    user_id: str
    granted: bool
    requirements: list[RequirementBody] = []


class AccessAnswer(BaseModel):
    """The LMS's answer; who is left out keeps the last known decision."""

    decisions: list[AccessDecision]


SENT: tuple[type[BaseModel], ...] = (NotificationView, AccessQuestion)
ANSWERED: tuple[type[BaseModel], ...] = (AccessAnswer,)

_HEADERS = (
    ("webhook-id", "The same whenever this is sent again."),
    ("webhook-timestamp", "When it was sent, in seconds since 1970."),
    ("webhook-signature", "`v1,<base64>` as Standard Webhooks has it, where a secret is set."),
)


def callbacks(schemas: str) -> Json:
    """The webhooks of the document.

    Args:
        schemas: What a reference to a schema begins with.
    """
    return {
        "notification": _post(
            "notification",
            "Something happened; tried again for 24 hours until it is answered with 2xx",
            {"$ref": f"{schemas}{NotificationView.__name__}"},
            {"2XX": {"description": "Taken; the answer is not read."}},
        ),
        "accessCheck": _post(
            "accessCheck",
            "Who has access, asked shortly before an event starts",
            {"$ref": f"{schemas}{AccessQuestion.__name__}"},
            {
                "2XX": {
                    "description": "The decisions.",
                    "content": _json({"$ref": f"{schemas}{AccessAnswer.__name__}"}),
                }
            },
        ),
    }


def _post(name: str, summary: str, body: Json, responses: Json) -> Json:
    parameters = [
        {
            "name": header,
            "in": "header",
            "required": header != "webhook-signature",
            "description": description,
            "schema": {"type": "string"},
        }
        for header, description in _HEADERS
    ]
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "requestBody": {"required": True, "content": _json(body)},
            "responses": responses,
        }
    }


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
