"""Rules of limits: Zoom's as a budget, and when something is tried again."""
