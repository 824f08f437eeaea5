"""What the product does: plain functions ``verb(session, *, …)`` on a SQLAlchemy session.

They never commit, print, translate or import Qt. Each operation is planned (``operations.apply.plan``) before it
is applied (``operations.apply.apply``); what travels out of a transaction are frozen values (``values``, ``Plan``),
never mapped objects.

What recurs means the same everywhere: ``session`` is in a write transaction where anything is written; ``now`` is the
database's time, UTC, asked from it where not given; ``actor`` is who does it and ``reason`` what they gave as the
reason; ``released_by`` is the supervisor whose password was typed at the actor's desk for this operation alone;
``op_id`` names an operation, so that a second attempt with the same one is recognised; ``facts`` are what is known of
the portal at this moment already.
"""
