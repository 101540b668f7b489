"""What starts reconciliations: the stream of the table, and the sweeps."""
