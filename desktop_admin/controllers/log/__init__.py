"""The operation log: sealed rows, their chain and its checkpoints, and the history read from them."""
