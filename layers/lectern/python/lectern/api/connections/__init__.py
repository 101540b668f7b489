"""The connections to Zoom accounts, and the scopes of their apps."""
