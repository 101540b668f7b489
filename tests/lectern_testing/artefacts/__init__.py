"""What `sam build` makes, for Lambda or for this machine, and how its functions run here."""
