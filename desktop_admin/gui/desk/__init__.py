"""The pane of the desk: the candidates, one of them whole, and what can be done."""
