"""Properties that are worked out once, in whatever thread needs them first, without a lock."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")


class once(functools.cached_property[T]):  # noqa: N801  # a decorator, named as property is
    """A property that is worked out when it is first asked for, and kept in the object.

    ``functools.cached_property`` of Python 3.11 lets all objects of a class share one lock for it. What is worked out
    here asks the database: a desk that reads would hold that lock while it waits for the file, and the desk that holds
    the file would wait for the lock, so that everybody's work stood still until the reading gave up.
    """

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            kept = instance.__dict__
            if self.attrname not in kept:
                kept[self.attrname] = self.func(instance)
            return kept[self.attrname]
