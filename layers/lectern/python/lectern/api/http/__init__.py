"""HTTP as all endpoints share it: requests, responses, problems, tags, cursors, the gateway."""
