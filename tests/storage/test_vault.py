"""One key outside the database: what it seals opens only in its place, and a database knows its key."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from storage.store import Store
from storage.vault import KeyMissingError, Vault, claim, open_key

NUMBER = "079305000000"


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


def test_what_was_sealed_opens_in_its_place_alone(vault: Vault) -> None:
    sealed = vault.seal(NUMBER, "subject", 7, "national_id")
    assert NUMBER.encode() not in sealed
    assert vault.open(sealed, "subject", 7, "national_id") == NUMBER
    for table, row, field in (("subject", 8, "national_id"), ("other", 7, "national_id"), ("subject", 7, "phone")):
        with pytest.raises(InvalidTag):
            vault.open(sealed, table, row, field)


def test_the_same_value_is_sealed_differently_each_time_and_found_by_its_blind_index(vault: Vault) -> None:
    assert vault.seal(NUMBER, "subject", 7, "x") != vault.seal(NUMBER, "subject", 7, "x")
    assert vault.blind("phone", NUMBER) == vault.blind("phone", NUMBER)
    assert vault.blind("phone", NUMBER) != vault.blind("national_id", NUMBER)
    assert vault.blind("phone", NUMBER) != Vault(bytes(32)).blind("phone", NUMBER)


def test_the_subkey_is_hkdf_as_the_rfc_has_it(vault: Vault) -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    expected = HKDF(SHA256(), 32, b"donghanh", b"fields").derive(bytes(range(32)))
    assert vault.subkey("fields") == expected


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    first = open_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert open_key(path).check_value == first.check_value
    path.write_text("not a key", encoding="ascii")
    with pytest.raises(KeyMissingError):
        open_key(path)


def test_a_database_opens_with_its_own_key_only(migrated_url: str, vault: Vault) -> None:
    store = Store(migrated_url)
    store.write_now(lambda unit: claim(unit, vault))
    store.write_now(lambda unit: claim(unit, vault))
    with pytest.raises(KeyMissingError):
        store.write_now(lambda unit: claim(unit, Vault(bytes(32))))
    store.close()
