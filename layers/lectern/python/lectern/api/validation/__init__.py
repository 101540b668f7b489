"""The self-test of a connection over HTTP."""
