"""Running an event loop where greenlets share a thread: under gevent or eventlet.

Python notes a running loop for its thread, and greenlets share one. While a loop waits in one greenlet, every other
greenlet is refused a loop of its own, and Django's ORM. So a loop gets a thread of the system, and only the caller's
greenlet waits for it. Whoever runs under gevent or eventlet has it loaded; it is looked for at each call, as it may be
loaded after the app.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], T]

MOST_THREADS = 32
"""Threads that gevent is given for it, for each of its hubs. eventlet has a pool of its own, of 20."""

_POOL = "amity_threads"


def native_thread() -> InThread[Any] | None:
    """Return what runs a function in a thread of the system while other greenlets go on, and returns its result.

    ``None`` where the caller is in no greenlet. What the function raises is raised.
    """
    gevent: Any = sys.modules.get("gevent")
    if gevent is not None and _is_gevents(gevent):
        return _in_gevents_thread
    eventlet: Any = sys.modules.get("eventlet")
    if eventlet is not None and _is_eventlets(eventlet):
        in_thread: InThread[Any] = import_module("eventlet.tpool").execute
        return in_thread
    return None


def _is_gevents(gevent: Any) -> bool:
    monkey: Any = sys.modules.get("gevent.monkey")
    patched: bool = monkey is not None and monkey.is_module_patched("select")
    return patched or isinstance(gevent.getcurrent(), gevent.Greenlet)


def _is_eventlets(eventlet: Any) -> bool:
    patched: bool = eventlet.patcher.is_monkey_patched("select")
    return patched or isinstance(eventlet.getcurrent(), eventlet.greenthread.GreenThread)


def _in_gevents_thread(function: Callable[[], T]) -> T:
    hub: Any = import_module("gevent").get_hub()
    # Not the hub's own pool: names are resolved in that, and would wait for slow handlers. The hub keeps it, because it
    # ends with the hub.
    pool = hub.__dict__.get(_POOL)
    if pool is None:
        pool = hub.__dict__[_POOL] = import_module("gevent.threadpool").ThreadPool(MOST_THREADS, hub)
    result: T = pool.apply(function)
    return result
