"""The triggers of reconciliations: the stream of the table, and the sweeps."""
