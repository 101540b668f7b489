"""Templates, texts and how values are written."""
