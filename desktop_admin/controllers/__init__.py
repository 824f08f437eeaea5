"""What the product does: plain functions ``verb(session, *, …)`` on a SQLAlchemy session.

They never commit, print, translate or import Qt. Each operation is planned (``slots.plan_reset``) before it is
applied (``operations.apply``); what travels out of a transaction are the frozen values of ``plans`` and ``readings``,
never mapped objects.
"""
