"""Attendance: what is seen while a session runs, and Zoom's report afterwards."""
