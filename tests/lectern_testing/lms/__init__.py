"""The LMS for tests: as it calls the API, and as it is told things."""
