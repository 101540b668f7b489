"""The join pages' HTML: made on the server, whole without a script, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lectern.api.join.look import SCRIPT, STYLE
from lectern.api.join.moments import in_words
from lectern.api.join.texts import TEXTS, PageText
from lectern.domain.enrollment import Requirement
from lectern.domain.event import Event, EventDetails

_TONES = {
    PageText.PREPARING: "wait moving",
    PageText.SEE_REQUIREMENTS: "wait",
    PageText.CANCELLED: "bad",
    PageText.UNAVAILABLE: "bad",
    PageText.FORGED: "bad",
    PageText.TROUBLE: "bad",
}
"""What a page is marked with beside its heading; others say something that is as it should be."""


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
                f"<title>{title}</title><style>{STYLE}</style></head>",
                f"<body><main{self._marks()}><h1>{heading}</h1>",
                *(self._about(details) if details else ()),
                f'<p role="status">{escape(texts[self.sentence])}</p>',
                *self._requirements(),
                *(self._ways_back(details) if details else ()),
                f'</main><script type="module">{SCRIPT}</script></body></html>',
            ]
        )

    def _refresh(self) -> Iterator[str]:
        if self.refresh_seconds is not None:
            again = f'<meta http-equiv="refresh" content="{self.refresh_seconds}">'
            yield f"<noscript>{again}</noscript>"

    def _marks(self) -> str:
        refresh = "" if self.refresh_seconds is None else f' data-refresh="{self.refresh_seconds}"'
        return f' class="{_TONES.get(self.heading, "")}"{refresh}'

    def _about(self, details: EventDetails) -> Iterator[str]:
        start = details.starts_at.astimezone(ZoneInfo(details.timezone))
        exactly = escape(f"{start:%Y-%m-%d %H:%M} ({details.timezone})")
        yield f'<p class="event"><strong>{escape(details.title)}</strong><br>'
        yield f'<time datetime="{start.isoformat()}" title="{exactly}">'
        yield f"{escape(in_words(start, self.language))}</time></p>"

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
            named = texts[PageText.TO_COURSE_NAMED].format(title=context.title)
            back = named if context.title else texts[PageText.TO_THE_COURSE]
            links.append(_link(context.url, back))
        if links:
            yield f'<nav aria-label="{escape(texts[PageText.WAYS_BACK])}"><ul>'
            yield from (f"<li>{link}</li>" for link in links)
            yield "</ul></nav>"


def _link(url: str | None, text: str) -> str:
    """A text, as a link where its address is one of the web."""
    if url is None or urlsplit(url).scheme not in {"http", "https"}:
        return escape(text)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(text)}</a>'
