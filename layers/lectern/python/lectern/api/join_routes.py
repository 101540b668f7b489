"""The routes of the join function, which is apart from the rest of the API: people wait for it."""

from __future__ import annotations

from http import HTTPStatus

from lectern.api.answers import HTML
from lectern.api.join import JoinQuery, get_join
from lectern.api.join_pages import follow_join_link
from lectern.api.join_view import JoinView
from lectern.api.route import OK, Route

JOIN = Route(
    "GET",
    "/v1/events/{event_id}/join",
    get_join,
    "What the Join button shows; registers the user on the spot if need be",
    answers={OK: JoinView},
    query=JoinQuery,
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
)
JOIN_ROUTES = (JOIN, PAGE)
