"""The LMS's part in the console: links that lead there, and the end of what they began."""
