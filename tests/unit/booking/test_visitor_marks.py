"""One spelling for each mail address, domain and network, whatever was typed."""

import pytest

from booking.visitor_marks import (
    Unreadable,
    domains_of,
    keys_around,
    mail_address,
    mail_domain,
    network,
    network_key,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  Ada@Example.COM ", "ada@example.com"),
        ("ada+news@example.com", "ada+news@example.com"),
        ("ada@example.com.", "ada@example.com"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("\uff21da@example.com", "ada@example.com"),
    ],
)
def test_mail_address_has_one_spelling(typed, kept):
    assert mail_address(typed) == kept


@pytest.mark.parametrize("typed", ["", "ada", "@example.com", "ada@", "ada@local", "a b@x.example"])
def test_what_is_no_mail_address_is_refused(typed):
    with pytest.raises(Unreadable):
        mail_address(typed)


@pytest.mark.parametrize("typed", ["example.com", "@Example.com", " example.com. "])
def test_domain_has_one_spelling(typed):
    assert mail_domain(typed) == "example.com"


@pytest.mark.parametrize("typed", ["", "com", "exa mple.com", "-a.example.com", "a..example.com"])
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(Unreadable):
        mail_domain(typed)


def test_address_lies_in_its_domain_and_those_above_but_in_no_top_level():
    assert domains_of("ada@mail.example.com") == ["mail.example.com", "example.com"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("203.0.113.9/24", "203.0.113.0/24"),
        (" 2001:DB8:0::1 ", "2001:db8::1/128"),
        ("2001:db8:1:2:3::/64", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
    ],
)
def test_network_has_one_spelling(typed, kept):
    assert network(typed) == kept


@pytest.mark.parametrize("typed", ["", "203.0.113", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3"])
def test_what_is_no_network_or_half_the_internet_is_refused(typed):
    with pytest.raises(Unreadable):
        network(typed)


def test_address_lies_in_every_network_that_can_be_named():
    found = keys_around("203.0.113.9")

    assert len(found) == len(set(found)) == 25
    named = ["203.0.113.9/32", "203.0.113.8/31", "203.0.113.0/24", "203.0.0.0/8"]
    assert {network_key(one) for one in named} <= set(found)
    assert network_key("203.0.112.0/24") not in found
    assert keys_around("::ffff:203.0.113.9") == found
    assert len(keys_around("2001:db8::1")) == 113
    assert keys_around("") == keys_around("unix socket") == []
