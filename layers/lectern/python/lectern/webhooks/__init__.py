"""Works off what Zoom's webhooks report: each once, in whatever order they come."""
