"""AWS for tests: moto by a short way, the state machines, the stream, and kinds of items."""
