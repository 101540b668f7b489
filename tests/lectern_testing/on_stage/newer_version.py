"""A stage on which only what a newer version, or a later Zoom, wrote is read."""

from __future__ import annotations

import json
from typing import Any

import requests

from lectern_testing.aws.killable import KillableZoom
from lectern_testing.stage import Stage
from lectern_testing.unknown_fields import future_image, with_future_fields


class FutureTableClient:
    """A client of DynamoDB that reads what a newer version wrote."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_item(self, **request: Any) -> dict[str, Any]:
        """One item."""
        answer = self._client.get_item(**request)
        found: dict[str, Any] = answer | (
            {"Item": future_image(answer["Item"])} if "Item" in answer else {}
        )
        return found

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """Some items."""
        answer = self._client.batch_get_item(**request)
        found = answer["Responses"].items()
        answered: dict[str, Any] = answer | {
            "Responses": {name: list(map(future_image, of)) for name, of in found}
        }
        return answered

    def query(self, **request: Any) -> dict[str, Any]:
        """A page of items."""
        answer = self._client.query(**request)
        found: dict[str, Any] = answer | {"Items": list(map(future_image, answer["Items"]))}
        return found

    def update_item(self, **request: Any) -> dict[str, Any]:
        """An item after a change."""
        answer = self._client.update_item(**request)
        found: dict[str, Any] = answer | {"Attributes": future_image(answer["Attributes"])}
        return found


class FutureZoom(KillableZoom):
    """A Zoom account whose good answers have one more field in every object."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Answers one request."""
        answer = super().send(request, *args, **options)
        if answer.ok and answer.content and "/_sim/" not in str(request.url):
            answer._content = json.dumps(with_future_fields(answer.json())).encode()
        return answer


def bring_future(stage: Stage) -> None:
    """Lets the stage read only what has unknown fields: items, inputs of tasks, Zoom's answers."""

    def before(payload: dict[str, Any]) -> None:
        payload.update(with_future_fields(payload))

    stage.table._client = FutureTableClient(stage.table._client)  # type: ignore[assignment]
    stage.before_task = before
    stage.session.mount(stage.world.base_url, FutureZoom(stage.world, stage._done))
