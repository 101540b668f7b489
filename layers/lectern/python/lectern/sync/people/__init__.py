"""Brings the registrants of an event to what is wanted, and refreshes what is known of them."""
