"""Rules of joining: the decision, and the links."""
