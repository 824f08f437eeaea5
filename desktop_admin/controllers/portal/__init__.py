"""Reading the portal: candidates, papers, sessions, logins, and what a candidate would get now."""
