"""Rules about people: instructors, those who were refused, removed, or held back."""
