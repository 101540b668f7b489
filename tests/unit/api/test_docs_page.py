"""The page of the document: what it refers to, and that its viewer is what was published."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from lectern.api.docs import files
from lectern.api.docs.about import LMS_ROUTES, document_text
from lectern.api.docs.page import CONTENT_SECURITY_POLICY, page
from lectern.api.http.gateway import RESPONSE_BYTES
from lectern_testing.lms.api import an_lms
from lectern_testing.table import REPOSITORY

DOCUMENT = json.loads(document_text())
VIEWER = REPOSITORY / "layers/lectern/python/lectern/api/docs/viewer"
PUBLISHED = re.findall(r"\| `([\w.-]+)` \| `([0-9a-f]{64})` \|", (VIEWER / "README.md").read_text())


class Links(HTMLParser):
    """Notes what a page refers to, and what stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets, self.inline, self.words = [], [], ""  # type: ignore[var-annotated]
        self.feed(text)

    def handle_starttag(self, tag: Any, attrs: Any) -> None:
        attributes = dict(attrs)
        self.targets += [attributes[name] for name in ("href", "src") if name in attributes]
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.inline.append(tag)

    def handle_data(self, data: Any) -> None:
        self.words += data


def test_everything_that_the_page_refers_to_is_beside_it() -> None:
    links = Links(page(DOCUMENT, "/live"))
    assert links.inline == []
    with an_lms() as lms:
        for target in links.targets:
            path, _, version = target.partition("?v=")
            answer = lms.get(path.removeprefix("/live"))
            assert answer.status == 200, target
            if version:
                assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert version == hashlib.sha256(answer.text.encode()).hexdigest()[:16]
    assert sorted(target.partition("?")[0] for target in links.targets) == [
        "/live/docs/docs.css",
        "/live/docs/docs.js",
        "/live/docs/swagger-ui-bundle.js",
        "/live/docs/swagger-ui.css",
        "/live/openapi.json",
    ]


def test_no_policy_lets_in_what_is_inline_or_from_elsewhere() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "name", ["LICENSE", "README.md", "..", "../page.py", "..%2Fpage.py", "%2Fetc%2Fpasswd", "a b"]
)
def test_nothing_else_is_served(name: str) -> None:
    with an_lms() as lms:
        assert lms.get(f"/docs/{name}").status == 404


def test_without_a_script_the_page_lists_every_operation() -> None:
    words = Links(page(DOCUMENT, "/live")).words
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path} {operation['summary']}" in words


def test_the_page_shows_texts_as_texts() -> None:
    hostile = json.loads(document_text().replace("Read the settings", "<script>alert(1)</script>"))
    assert "<script>alert" not in page(hostile, "")


@pytest.mark.parametrize(("name", "digest"), PUBLISHED)
def test_the_viewer_is_what_was_published(name: str, digest: Any) -> None:
    assert hashlib.sha256((VIEWER / name).read_bytes()).hexdigest() == digest


def test_each_file_of_others_has_its_hash_and_its_licence() -> None:
    own = {"README.md", "docs.css", "docs.js"}
    licences = {"LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"}
    there = {file.name for file in VIEWER.iterdir()}
    assert there == own | licences | {name for name, _ in PUBLISHED}


def test_every_file_fits_into_an_answer_and_is_read_only_when_asked_for() -> None:
    assert max(file.stat().st_size for file in VIEWER.iterdir()) < RESPONSE_BYTES
    files._text.cache_clear()
    assert LMS_ROUTES
    assert files._text.cache_info().currsize == 0
