"""What the console does, its function may do: each form is sent with the function's own role."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import requests
from requests.sessions import Session

from local.cloud import SIMULATOR_SETTINGS, LocalCloud

APP: Any = SIMULATOR_SETTINGS["zoom"]


class Admin:
    """An administrator with a browser."""

    def __init__(self, cloud: LocalCloud, lms: Session) -> None:
        self._url, self._browser = f"{cloud.url}/console", requests.Session()
        link = lms.post("/v1/console-links", json={"user_id": "op-1", "role": "admin"}).json()
        self._token = self._form_token(self._browser.get(link["url"], timeout=30).text)

    @staticmethod
    def _form_token(page: str) -> str:
        found = re.search(r'name="form_token" value="(\w+)"', page)
        assert found
        return found[1]

    def get(self, path: str) -> requests.Response:
        return self._browser.get(self._url + path, timeout=30)

    def send(self, path: str, **fields: str) -> str:
        """Where a form leads to."""
        answer = self._browser.post(
            self._url + path,
            {"form_token": self._token, **fields},
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/console")[2]


@pytest.fixture
def admin(cloud: LocalCloud, lms: Session) -> Admin:
    return Admin(cloud, lms)


def test_a_connection_is_added_changed_watched_and_deleted(admin: Admin) -> None:
    name = f"acme-{uuid.uuid4().hex[:8]}"
    app = {part: APP[part] for part in ("account_id", "client_id", "client_secret")}

    here = f"/connections/{name}"
    assert admin.send("/connections", connection_id=name, **app) == f"{here}?done=saved"
    assert admin.send(here, webhook_secret_token="w") == f"{here}?done=saved"
    for page in (here, f"/set-up?connection={name}", f"/scopes?connection={name}",
                 f"/limits?connection={name}", f"/self-tests?connection={name}"):  # fmt: skip
        assert admin.get(page).status_code == 200, page
    assert admin.send(f"{here}/delete") == "/connections?done=deleted"

    told = admin.get("/settings/history").text
    for act in ("added", "changed", "deleted"):
        assert f"Connection {act}: <bdi>{name}</bdi>" in told
