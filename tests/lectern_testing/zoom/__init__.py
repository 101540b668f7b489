"""Zoom for tests: the simulated account, its checked twin, scripts, and Zoom's own documents."""
