"""What the console answers: pages with everything that keeps them apart from other sites."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.http.response import HTML, Response
from lectern.console.rendering.environment import render

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Other sites are told nothing; forms of ours say where they are from.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of every page."""


def page(
    template: str,
    language: str,
    base_url: str,
    status: HTTPStatus = HTTPStatus.OK,
    **content: object,
) -> Response:
    """A page made of a template."""
    text = render(template, language, base_url, content)
    return Response(text, status, HEADERS, HTML)


def see_other(address: str, headers: dict[str, str] | None = None) -> Response:
    """Leads on to another page."""
    told = {**HEADERS, "Referrer-Policy": "no-referrer", "Location": address, **(headers or {})}
    return Response("", HTTPStatus.SEE_OTHER, told, HTML)
