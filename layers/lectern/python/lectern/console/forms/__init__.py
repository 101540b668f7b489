"""Forms: what there is to fill in, what was, and what the API has against it."""
