"""Everything that knows how Zoom's API looks: operations, token, client, errors."""
