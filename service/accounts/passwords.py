"""Passwords: argon2id, in threads beside the event loop, a bounded number at once."""

import os
import secrets
from dataclasses import dataclass
from functools import cache

import anyio
from anyio.to_thread import run_sync
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.accounts.rules import normal_password

#: 19 MiB, two passes, one lane: the first choice of the OWASP password storage cheat sheet. Passwords hashed
#: otherwise are hashed anew at their owner's next sign-in.
HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@dataclass(frozen=True)
class Verdict:
    """Whether the password is right, and its hash by today's parameters when the stored one is older."""

    is_right: bool
    newer_hash: str | None = None


class Passwords:
    """Hashes and verifies; `parallel` at once at most, so that a wave of sign-ins takes neither all cores
    nor all memory."""

    def __init__(self, parallel: int | None = None) -> None:
        self._limiter = anyio.CapacityLimiter(parallel or os.cpu_count() or 1)

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await run_sync(HASHER.hash, normal_password(password), limiter=self._limiter)

    async def verify(self, password: str, known: str | None) -> Verdict:
        """Compares with the stored hash; without one, with that of a password nobody knows.

        The work is the same, so the time does not tell whether the account exists.
        """
        return await run_sync(self._verify, normal_password(password), known, limiter=self._limiter)

    def _verify(self, password: str, known: str | None) -> Verdict:
        is_right, newer = HASHER.verify_and_update(password, known or nobodys_hash())
        return Verdict(is_right, newer) if known else Verdict(False)


@cache
def nobodys_hash() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
