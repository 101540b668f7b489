"""Who may look at the operators' console, and for how long."""
