"""The join pages' HTML: made on the server, without a script or anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lectern.api.join.texts import TEXTS, PageText
from lectern.domain.enrollment import Requirement
from lectern.domain.event import Event, EventDetails

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --soft: #55555e; --link: #0b4fb3;
  font: 1.0625rem/1.55 system-ui, sans-serif }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f2f5; --paper: #16161a; --soft: #b9b9c2; --link: #9cc2ff } }
body { margin: 0; color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
main { max-width: 38rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: clamp(1.4rem, 8vw, 1.75rem); line-height: 1.2; margin: 0 0 1rem; hyphens: auto }
p { margin: 0 0 1rem }
.event { color: var(--soft) }
ul { padding-left: 1.25rem }
li { margin: .35rem 0 }
a { color: var(--link); display: inline-block; vertical-align: top; padding: .25rem 0 }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: 2px }
nav ul { list-style: none; padding: 0; margin: 2rem 0 0 }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class JoinPage:
    """The content of a page.

    Attributes:
        language: One that there are texts in.
        event: The event that it is about; ``None`` where a visitor has shown no right to know.
        requirements: What is to be met, with the links to it.
        refresh_seconds: After how long the page asks again by itself; ``None`` for never.
    """

    language: str
    heading: PageText
    sentence: PageText
    event: Event | None = None
    requirements: tuple[Requirement, ...] = ()
    refresh_seconds: int | None = None

    def html(self) -> str:
        """The page."""
        texts = TEXTS[self.language]
        heading = escape(texts[self.heading])
        details = self.event.details if self.event else None
        title = f"{heading} · {escape(details.title)}" if details else heading
        return "".join(
            [
                f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="robots" content="noindex">',
                *self._refresh(),
                f"<title>{title}</title><style>{_STYLE}</style></head><body><main>",
                f"<h1>{heading}</h1>",
                *(_about(details) if details else ()),
                f'<p role="status">{escape(texts[self.sentence])}</p>',
                *self._requirements(),
                *(self._ways_back(details) if details else ()),
                "</main></body></html>",
            ]
        )

    def _refresh(self) -> Iterator[str]:
        if self.refresh_seconds is not None:
            yield f'<meta http-equiv="refresh" content="{self.refresh_seconds}">'

    def _requirements(self) -> Iterator[str]:
        if self.requirements:
            yield "<ul>"
            for each in self.requirements:
                yield f"<li>{_link(each.url, each.title)}</li>"
            yield "</ul>"

    def _ways_back(self, details: EventDetails) -> Iterator[str]:
        texts, context = TEXTS[self.language], details.context
        links = []
        if details.url:
            links.append(_link(details.url, texts[PageText.TO_THE_EVENT]))
        if context and context.url:
            back = texts[PageText.TO_THE_COURSE]
            links.append(_link(context.url, f"{back}: {context.title}" if context.title else back))
        if links:
            yield f'<nav aria-label="{escape(texts[PageText.WAYS_BACK])}"><ul>'
            yield from (f"<li>{link}</li>" for link in links)
            yield "</ul></nav>"


def _about(details: EventDetails) -> Iterator[str]:
    start = details.starts_at.astimezone(ZoneInfo(details.timezone))
    shown = f"{start:%Y-%m-%d %H:%M} ({details.timezone})"
    yield f'<p class="event">{escape(details.title)}<br>'
    yield f'<time datetime="{start.isoformat()}">{escape(shown)}</time></p>'


def _link(url: str | None, text: str) -> str:
    """A text, as a link where its address is one of the web."""
    if url is None or urlsplit(url).scheme not in {"http", "https"}:
        return escape(text)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(text)}</a>'
