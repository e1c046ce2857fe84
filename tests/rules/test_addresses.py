"""Whose address counts: the caller's, as far as our own proxies vouch for it."""

from ipaddress import ip_network

import pytest

from service.kit.addresses import client_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8:1::1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:50123"], "198.51.100.1"),
        ("2001:db8:1::1", ["[2001:db8:2:3:4:5:6:7]:443"], "2001:db8:2:3::/64"),
        ("2001:db8:2:3:4:5:6:7", [], "2001:db8:2:3::/64"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        (None, ["198.51.100.1"], ""),
    ],
)
def test_a_forwarded_address_is_believed_only_as_far_as_trusted_proxies_reach(
    peer: str | None, forwarded: list[str], address: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


def test_without_a_trusted_proxy_the_header_is_a_strangers_word() -> None:
    assert client_address("127.0.0.1", ["198.51.100.1"], ()) == "127.0.0.1"
