"""AWS asked with nothing but what comes with Python, where its own client takes too long."""
