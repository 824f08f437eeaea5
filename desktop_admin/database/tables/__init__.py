"""The tables: the portal's, our own, and the types that the portal stores."""
