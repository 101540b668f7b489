"""One person across events: logins, changes, export, erasure."""
