"""The HTTP API that the LMS uses: one table of routes, and what stands behind each of them."""
