"""Takes Zoom's webhooks in: verified, stored, answered. Imports as little as it can."""
