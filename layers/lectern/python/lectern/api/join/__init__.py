"""Joining over HTTP: the decision, links, and the pages behind them."""
