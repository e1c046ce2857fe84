"""Sealing: what is stored says nothing, opens only where it belongs, and outlives its key's replacement."""

from pathlib import Path

import pytest

from service.kit.config import Secrets
from service.kit.crypto import AesGcm, KeyRing, Unreadable, Vault

PHONE = "+8613812341234"


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets")


def test_a_sealed_text_is_never_the_same_and_opens_to_what_it_was(secrets: Secrets) -> None:
    vault = Vault(secrets)
    first, second = vault.seal("account.phone", PHONE), vault.seal("account.phone", PHONE)
    assert first != second
    assert PHONE.encode() not in first
    assert vault.open("account.phone", first) == vault.open("account.phone", second) == PHONE


def test_equal_values_have_equal_digests_for_one_purpose_and_one_installation(
    secrets: Secrets, tmp_path: Path
) -> None:
    vault = Vault(secrets)
    assert vault.digest("phone", PHONE) == Vault(secrets).digest("phone", PHONE)
    assert vault.digest("phone", PHONE) != vault.digest("identity_number", PHONE)
    assert vault.digest("phone", PHONE) != Vault(Secrets(tmp_path / "elsewhere")).digest("phone", PHONE)


def test_a_value_moved_into_another_column_does_not_open(secrets: Secrets) -> None:
    vault = Vault(secrets)
    with pytest.raises(Unreadable):
        vault.open("account.email", vault.seal("account.phone", PHONE))


@pytest.mark.parametrize("place", [0, 1, 2, 3, 20, -1])
def test_a_value_changed_anywhere_does_not_open(secrets: Secrets, place: int) -> None:
    vault = Vault(secrets)
    changed = bytearray(vault.seal("account.phone", PHONE))
    changed[place] ^= 1
    with pytest.raises(Unreadable):
        vault.open("account.phone", bytes(changed))


@pytest.mark.parametrize("stump", [b"", b"\x01", b"\x01\x00\x01", b"\x01\x00\x01short"])
def test_a_stump_of_a_value_does_not_open(secrets: Secrets, stump: bytes) -> None:
    vault = Vault(secrets)
    vault.seal("account.phone", PHONE)
    with pytest.raises(Unreadable):
        vault.open("account.phone", stump)


def test_after_rotation_the_old_key_still_reads_and_the_new_one_writes(secrets: Secrets) -> None:
    before = Vault(secrets).seal("account.phone", PHONE)
    assert KeyRing(secrets, "sealing").rotate() == 2
    vault = Vault(secrets)
    after = vault.seal("account.phone", PHONE)
    assert (before[1:3], after[1:3]) == (b"\x00\x01", b"\x00\x02")
    assert vault.open("account.phone", before) == vault.open("account.phone", after) == PHONE


def test_a_process_that_started_before_the_rotation_reads_what_the_new_key_sealed(secrets: Secrets) -> None:
    started_before = Vault(secrets)
    started_before.seal("account.phone", PHONE)
    KeyRing(secrets, "sealing").rotate()
    assert started_before.open("account.phone", Vault(secrets).seal("account.phone", PHONE)) == PHONE


def test_every_process_uses_the_new_key_at_once(secrets: Secrets) -> None:
    started_before = Vault(secrets)
    started_before.seal("account.phone", PHONE)
    for _ in range(2):
        KeyRing(secrets, "sealing").rotate()
    assert started_before.seal("account.phone", PHONE)[1:3] == b"\x00\x03"


def test_reading_with_an_old_key_first_does_not_make_it_the_current_one(secrets: Secrets) -> None:
    ring = KeyRing(secrets, "sealing")
    ring.rotate()
    ring.rotate()
    fresh = KeyRing(secrets, "sealing")
    assert fresh.key(1) == ring.key(1)
    assert fresh.current == ring.current
    assert fresh.current[0] == 2


def test_a_key_that_is_gone_leaves_the_value_unreadable(secrets: Secrets) -> None:
    sealed = Vault(secrets).seal("account.phone", PHONE)
    (secrets.directory / "sealing-1").unlink()
    with pytest.raises(Unreadable):
        Vault(secrets).open("account.phone", sealed)


def test_keys_are_for_their_owner_alone(secrets: Secrets) -> None:
    Vault(secrets).seal("account.phone", PHONE)
    Vault(secrets).digest("phone", PHONE)
    modes = {path.name: path.stat().st_mode & 0o777 for path in secrets.directory.iterdir()}
    assert modes == {"sealing-1": 0o600, "digest": 0o600}


class Reversing(AesGcm):
    """Stands for the cipher of another provider."""

    mark = 2

    def seal(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes:
        return super().seal(key, plain[::-1], bound_to)

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        return super().open(key, sealed, bound_to)[::-1]


def test_another_cipher_takes_over_and_what_the_first_one_sealed_stays_readable(secrets: Secrets) -> None:
    before = Vault(secrets).seal("account.phone", PHONE)
    vault = Vault(secrets, ciphers=(Reversing(), AesGcm()), hash_name="sha3_256")
    after = vault.seal("account.phone", PHONE)
    assert (before[0], after[0]) == (1, 2)
    assert vault.open("account.phone", before) == vault.open("account.phone", after) == PHONE
    assert vault.digest("phone", PHONE) != Vault(secrets).digest("phone", PHONE)
