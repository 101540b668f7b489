"""Commands for whoever operates a deployed stack, with that person's own AWS credentials."""
