"""The operations of Zoom's API, one module for each kind of thing."""

from local.zoom.endpoints import panelists, past_sessions, registrants, sessions, users
from local.zoom.endpoints.routing import HANDLERS, Answer, ApiCall, Handler

__all__ = [
    "HANDLERS",
    "Answer",
    "ApiCall",
    "Handler",
    "panelists",
    "past_sessions",
    "registrants",
    "sessions",
    "users",
]
