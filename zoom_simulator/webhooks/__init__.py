"""Zoom's webhooks: what is told, to whom, how it is signed, sent and spoiled."""
