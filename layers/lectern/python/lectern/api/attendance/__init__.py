"""Who attended, as the LMS reads it."""
