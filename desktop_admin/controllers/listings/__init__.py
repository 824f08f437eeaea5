"""What the panes and listings read: who there is and in which order, one candidate whole, the matrix of sets."""
