"""Lectern keeps Zoom in line with a learning management system."""
