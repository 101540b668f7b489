"""A stack that is made to test the local cloud with, and nothing of Lectern's."""

from pathlib import Path

TEMPLATE = Path(__file__).with_name("stack") / "template.yaml"
NOBODY = ("http://127.0.0.1:9/v2", "http://127.0.0.1:9/oauth/token")
"""In Zoom's place: no test of the local cloud itself calls Zoom."""
