"""The reconciliation: what the tasks of the event_sync state machine do, and what starts it."""
