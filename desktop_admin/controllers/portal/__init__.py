"""Reading the portal: candidates, papers, sessions, and what is wrong with them."""
