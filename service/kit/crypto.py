"""Sealing and digests: what is personal is stored encrypted, and found again by a keyed digest.

Sealing is AES-256-GCM; each stored value names its cipher and its key, so that keys can be rotated and the
cipher replaced (by SM4 from a certified module, where the rules for commercial cryptography ask for it) while
everything stored before stays readable.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ClauseElement, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from service.kit.config import Secrets

#: So long after a key got its successor, nothing outside the database counts that it has protected: access
#: tokens, sign-ins under way at a provider, and changes that were not committed yet.
LINGERS = timedelta(hours=1)


class KeyRing:
    """The keys of one purpose: numbered secrets `<name>-1`, `<name>-2`, …; the highest number is in use.

    Older keys stay on the ring until they are dropped, so that what they protected can still be read or
    verified. Nothing is read, and no key made, before the first use.
    """

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name
        self._newest = 0
        self._keys: dict[int, bytes] = {}

    @property
    def current(self) -> tuple[int, bytes]:
        """The number and the bytes of the key that protects what is new; every process sees a rotation."""
        self._newest = self._newest or max(self.numbers(), default=1)
        while self._file(self._newest + 1).exists():
            self._newest += 1
        return self._newest, self._read(self._newest)

    def key(self, number: int) -> bytes | None:
        """The key with this number; also one that another process has added meanwhile."""
        present = number in self._keys or self._file(number).exists()
        return self._read(number) if present else None

    def numbers(self) -> list[int]:
        """The numbers of the keys that are here, oldest first."""
        found = self._secrets.directory.glob(f"{self._name}-*")
        return sorted(int(number) for path in found if (number := path.name.rpartition("-")[2]).isdecimal())

    def rotate(self) -> int:
        """Add a key, which every process uses from now on; answers its number."""
        self._newest = max(self.numbers(), default=0) + 1
        return self.current[0]

    def retired(self, now: datetime) -> list[int]:
        """The keys that only what the database holds may still need: their successor is an hour old."""
        return [
            number
            for number, successor in pairwise(self.numbers())
            if datetime.fromtimestamp(self._file(successor).stat().st_mtime, UTC) + LINGERS <= now
        ]

    def drop(self, number: int) -> None:
        """Destroy an older key for ever; what it protected can be neither read nor verified any more."""
        if number >= max(self.numbers()):
            raise ValueError("the key in use cannot be dropped")
        self._file(number).unlink()

    def _file(self, number: int) -> Path:
        return self._secrets.directory / f"{self._name}-{number}"

    def _read(self, number: int) -> bytes:
        if number not in self._keys:
            self._keys[number] = self._secrets.get(f"{self._name}-{number}")
        return self._keys[number]


class Cipher(Protocol):
    """An authenticated cipher over 32-byte keys; `mark` (0 to 255) is stored with what it sealed."""

    mark: int

    def seal(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes: ...

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """Raises `Unreadable` when it was sealed otherwise or has been changed."""
        ...


class Unreadable(Exception):
    """A stored value cannot be opened: its key is missing, or it was changed, or it belongs elsewhere."""


class AesGcm:
    """AES-256-GCM with a random nonce of 96 bits in front."""

    mark = 1

    def seal(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to)
        except (InvalidTag, ValueError) as wrong:
            raise Unreadable("the value was changed, or sealed for another purpose") from wrong


class Vault:
    """Seals and digests with the keys of one installation; these are made on first use.

    `ciphers`: the first one seals, the others only open. `hash_name`: any hash of `hashlib`.
    """

    def __init__(
        self, secrets: Secrets, *, ciphers: Sequence[Cipher] = (AesGcm(),), hash_name: str = "sha256"
    ) -> None:
        self._secrets = secrets
        self._keys = KeyRing(secrets, "sealing")
        self._sealing = ciphers[0]
        self._opening: Mapping[int, Cipher] = {cipher.mark: cipher for cipher in ciphers}
        self._hash_name = hash_name

    @cached_property
    def _digest_key(self) -> bytes:
        """It has no number: another one would lose every digest stored so far."""
        return self._secrets.get("digest")

    @property
    def head(self) -> bytes:
        """What stands before everything sealed from now on: a byte for the cipher, two for the key."""
        return self._head(self._keys.current[0])

    def _head(self, number: int) -> bytes:
        return bytes([self._sealing.mark]) + number.to_bytes(2)

    def seal(self, purpose: str, plain: str) -> bytes:
        """The text encrypted, twice never the same; opens for the same purpose only."""
        number, key = self._keys.current
        head = self._head(number)
        return head + self._sealing.seal(key, plain.encode(), head + purpose.encode())

    def open(self, purpose: str, sealed: bytes) -> str:
        """The text that was sealed; raises `Unreadable`."""
        head, body = sealed[:3], sealed[3:]
        cipher = self._opening.get(head[0]) if len(head) == 3 else None
        key = self._keys.key(int.from_bytes(head[1:]))
        if cipher is None or key is None:
            raise Unreadable("the key or the cipher of this value is not here")
        return cipher.open(key, body, head + purpose.encode()).decode()

    def digest(self, purpose: str, value: str) -> bytes:
        """32 bytes (RFC 2104): equal for equal values of one purpose, not to be guessed without the key."""
        message = purpose.encode() + b"\x00" + value.encode()
        return hmac.digest(self._digest_key, message, self._hash_name)


_vault: Vault | None = None


def use(vault: Vault) -> None:
    """From here on this process seals and digests with this vault; each process calls it when it starts."""
    global _vault
    _vault = vault


def vault() -> Vault:
    """The vault of this process."""
    if _vault is None:
        raise RuntimeError("crypto.use() was not called when this process started")
    return _vault


def digest(purpose: str, value: str) -> bytes:
    """The keyed digest by which equal values of one purpose (`phone`, `address` …) are found."""
    return vault().digest(purpose, value)


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted in the database.

    `purpose` (`account.phone`) is bound to the value, so that one column's value cannot stand in another.
    Comparing it in SQL would find nothing, ever, and is refused: compare the digest beside it.
    """

    impl = LargeBinary
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801  SQLAlchemy's name for it
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            # SQLAlchemy itself compares columns with columns, when it looks one up in a dictionary
            if other and not (other[0] is None or isinstance(other[0], ClauseElement)):
                _refuse()
            return super().operate(op, *other, **kwargs)

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().seal(self.purpose, value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else vault().open(self.purpose, value)


def _refuse() -> NoReturn:
    raise TypeError("an encrypted column cannot be compared; compare its digest")
