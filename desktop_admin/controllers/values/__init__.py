"""What travels between a controller and its callers, frozen."""
