"""The self-test of a connection: its checks, what they make at Zoom, and its deletion."""
