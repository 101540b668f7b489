"""Scheduled events: saved, read, listed, checked, ended, cancelled."""
