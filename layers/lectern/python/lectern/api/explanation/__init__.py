"""Why: what is in the way of an event, or of one person in it."""
