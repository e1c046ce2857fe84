"""Child processes do not outlive their parent, even one that was killed with `kill -9`."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def ends_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `by` to the child when the thread that started it ends.

    None where the kernel offers no such thing (it is Linux's). Start the child from the main thread, and give
    it any other user at the same time: a later change of user would cancel the wish.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork, where locks may be held
    parent = os.getpid()

    def wish() -> None:
        prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the wish was made
            os._exit(1)

    return wish
