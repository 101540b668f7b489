"""Scenarios through a whole local cloud, side by side."""
