"""Tables of figures: measured here, written as text, JSON and pictures, and into the docs."""
