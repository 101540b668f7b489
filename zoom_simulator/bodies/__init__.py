"""The bodies that the API takes, with the limits that Zoom has for each field."""
