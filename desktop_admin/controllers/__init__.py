"""What the product does: plain functions ``verb(session, *, …)`` on a SQLAlchemy session.

They never commit, print, translate or import Qt. Each operation is planned (``operations.apply.plan``) before it
is applied (``operations.apply.apply``); what travels out of a transaction are frozen values (``values``, ``Plan``),
never mapped objects.
"""
