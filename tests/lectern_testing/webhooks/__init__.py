"""Zoom's deliveries: as they are signed, taken in, and worked off."""
