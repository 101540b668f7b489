"""The meter of the local cloud: what was used, in the units that AWS bills, and what it costs."""
