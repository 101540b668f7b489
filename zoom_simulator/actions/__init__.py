"""What people do in Zoom by hand, behind the back of whoever uses the API."""
