"""The routes of the join function, which is apart from the rest of the API: people wait for it."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.http.response import HTML
from lectern.api.http.roles import KeyRole
from lectern.api.http.route import OK, Route
from lectern.api.join.endpoint import JoinQuery, get_join
from lectern.api.join.pages import follow_join_link, trouble_page
from lectern.api.join.view import JoinView

JOIN = Route(
    "GET",
    "/v1/events/{event_id}/join",
    get_join,
    "What the Join button shows; registers the user on the spot if need be",
    answers={OK: JoinView},
    query=JoinQuery,
    # It gives the link out, and registers.
    key_role=KeyRole.LMS,
)
PAGE = Route(
    "GET",
    "/join/{token}",
    follow_join_link,
    "Follow a join link: to Zoom, or to a page that says why not",
    answers={
        HTTPStatus.FOUND: None,
        OK: None,
        HTTPStatus.UNAUTHORIZED: None,
        HTTPStatus.GONE: None,
    },
    creates=True,
    content_type=HTML,
    path_has_ids=False,
    refused=trouble_page,
)
JOIN_ROUTES = (JOIN, PAGE)
MOST_SECONDS = 20
"""How long people wait for an answer: less than API Gateway does (29 seconds, of which a cold start
may take some), whose own answer is no page."""
