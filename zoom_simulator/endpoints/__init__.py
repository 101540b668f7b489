"""The operations of Zoom's API, one module for each kind of thing."""

from zoom_simulator.endpoints import panelists, past_sessions, registrants, sessions, users
from zoom_simulator.endpoints.routing import HANDLERS, ApiCall, Handler, Reply

__all__ = [
    "HANDLERS",
    "ApiCall",
    "Handler",
    "Reply",
    "panelists",
    "past_sessions",
    "registrants",
    "sessions",
    "users",
]
