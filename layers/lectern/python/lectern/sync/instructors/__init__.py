"""Brings the instructors of an event to where they take part."""
