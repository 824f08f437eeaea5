"""What the product does: plain functions ``verb(session, *, …)`` on a SQLAlchemy session.

They never commit, print, translate or import Qt. Each operation is planned (``plan_reset``) before it is applied
(``reset``); what travels out of a transaction are the frozen values of ``plans`` and the read models beside each
function, never mapped objects.
"""
