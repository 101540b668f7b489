"""What happens on a stage: events with people, sessions, clicks, and what is found of them."""
