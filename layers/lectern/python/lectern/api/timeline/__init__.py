"""What happened to an event, newest first."""
