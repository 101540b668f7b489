"""The settings of the platform, and its credentials at Zoom."""
