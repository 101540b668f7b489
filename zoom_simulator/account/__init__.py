"""The simulated account: what it holds, its rules, and what happens to it."""
