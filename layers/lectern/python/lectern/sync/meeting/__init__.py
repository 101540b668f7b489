"""Brings the meeting or webinar of an event to what is wanted, with its host."""
