"""What a person gets who wants to join: the decision, links, and the pages behind them."""
