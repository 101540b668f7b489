"""Lectern keeps Zoom in line with a learning management system."""

__version__ = "0.1.0"
