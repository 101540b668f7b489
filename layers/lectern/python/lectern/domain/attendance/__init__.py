"""Rules of attendance: who was there, when, in which runs, by which report."""
