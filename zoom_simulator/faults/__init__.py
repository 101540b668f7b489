"""Faults that are injected into calls, and what they are aimed by."""
