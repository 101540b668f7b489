"""What is known of one person across events: logins, export, erasure."""
