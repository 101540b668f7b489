"""The cloud on one machine: what Lectern needs to run whole, with no account and no network."""
