"""What all endpoints share: requests and responses, problems, tags, cursors, the gateway."""
