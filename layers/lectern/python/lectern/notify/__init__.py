"""Requests to the LMS: notifications off the outbox, signed as Standard Webhooks wants it."""
