"""An operator's browser in one process: it follows links, keeps cookies, fills in forms."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aws_lambda_powertools import Logger

from lectern.api.http.gateway import Gateway
from lectern.console.pages.entering import trouble_page
from lectern.console.routes import CONSOLE_ROUTES
from lectern_testing.lms.api import Lms

SITE = "https://api.example"
STAGE = "/live"


@dataclass
class Shown:
    """What the browser got."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        """Where it leads on to, without site and stage."""
        return self.headers["Location"].removeprefix(STAGE)

    @property
    def form_token(self) -> str:
        """What the forms of the page carry."""
        found = re.search(r'name="form_token" value="(\w+)"', self.text)
        assert found, "the page has no form"
        return found[1]

    def links(self, pattern: str = "") -> list[str]:
        """The addresses that the page leads to, without stage."""
        found = map(unescape, re.findall(r'<a [^>]*href="([^"]+)"', self.text))
        return [each.removeprefix(STAGE) for each in found if re.search(pattern, each)]


class Operator:
    """A browser with a cookie jar of its own."""

    def __init__(self, lms: Lms, language: str = "en") -> None:
        self.lms = lms
        self.language = language
        self.cookie = ""
        self.log = StringIO()
        logger = Logger(service=f"console-{uuid.uuid4()}", stream=self.log)
        self._gateway = Gateway(CONSOLE_ROUTES, lms.parts, logger, refused=trouble_page)  # type: ignore[arg-type]

    def link(self, **wanted: Any) -> str:
        """A console link, without its site and stage."""
        answered = self.lms.post("/v1/console-links", {"user_id": "op-1", **wanted})
        assert answered.status == 200, answered.text
        return str(answered.json["url"]).removeprefix(SITE + STAGE)

    def enter(self, **wanted: Any) -> Shown:
        """Opens a new link, and the page that it leads to."""
        opened = self.get(self.link(**wanted))
        assert opened.status == 303, opened.text
        return self.get(opened.location)

    def get(self, path: str, **headers: str) -> Shown:
        """Looks at a page."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Shown:
        """Sends a form of the session, unless ``form_token`` says otherwise."""
        given = {"form_token": self.get("/console").form_token, **(fields or {})}
        return self.send("POST", path, urlencode(given), {"Origin": SITE, **headers})

    def send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Shown:
        """Sends a request as API Gateway passes it on."""
        parts = urlsplit(path)
        rest = parts.path.removeprefix("/console").removeprefix("/")
        sent = {
            "Host": "api.example",
            "X-Forwarded-Proto": "https",
            "Accept-Language": self.language,
            **({"Cookie": self.cookie} if self.cookie else {}),
            **(headers or {}),
        }
        event = {
            "httpMethod": method,
            "path": parts.path,
            "resource": "/console/{proxy+}" if rest else "/console",
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True),
            "queryStringParameters": None,
            "pathParameters": {"proxy": rest} if rest else None,
            "requestContext": {"stage": "live", "path": f"{STAGE}{parts.path}"},
            "body": body,
            "isBase64Encoded": False,
        }
        answered = self._gateway.respond(event, "request-1")
        if "Set-Cookie" in answered["headers"]:
            self.cookie = answered["headers"]["Set-Cookie"].partition(";")[0]
        return Shown(answered["statusCode"], answered["headers"], answered["body"])
