"""moto in the place of AWS, and what is changed in it: each patch with its reason."""

COUNTS_PATH = "/_counts"
"""Where it says what was used, which no service of AWS's answers."""
