"""The window: the only package that imports Qt; it calls the controllers in a worker and never touches SQLAlchemy."""
