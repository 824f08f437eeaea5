"""What was taken out of the portal, and what operations found before they wrote."""
