"""Registers people at Zoom, one or many in a call: for the workflow and for a click alike."""
