"""How often something may be tried, and by whom a try is counted: an account, and the network it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_MINUTE = 60
_NETWORK_BITS = {4: 24, 6: 48}


@dataclass(frozen=True)
class Limit:
    """So many tries within so many seconds, counted from the first one."""

    name: str
    tries: int
    seconds: int


#: Wrong passwords and wrong codes. A right one costs nothing.
SIGN_IN = Limit("sign-in", 10, 10 * _MINUTE)
SIGN_IN_NETWORK = Limit("sign-in-network", 100, 10 * _MINUTE)
CODE = Limit("code", 5, 10 * _MINUTE)
#: Asking for a link to a new password.
RESET = Limit("reset", 5, 60 * _MINUTE)
RESET_NETWORK = Limit("reset-network", 50, 60 * _MINUTE)
#: Links that lead nowhere; under a flood from many networks each has next to nothing.
LINK_NETWORK = Limit("link-network", 30, 10 * _MINUTE)
LINK_NETWORK_IN_A_FLOOD = Limit("link-network", 2, 10 * _MINUTE)
LINK_EVERYBODY = Limit("link-everybody", 1000, 10 * _MINUTE)
#: Receipt and resume codes that lead nowhere. Typed by people who may misread a letter or two, so not fewer.
OWN_CODE_NETWORK = Limit("own-code-network", 30, 10 * _MINUTE)
OWN_CODE_EVERYBODY = Limit("own-code-everybody", 1000, 10 * _MINUTE)
#: So many codes that lead nowhere has each network once everybody's together are too many.
OWN_CODES_IN_A_FLOOD = 3
#: Survey links that lead nowhere are counted and noted in the log; customers are never stopped.
SURVEY_LINK_NETWORK = Limit("survey-link-network", 50, 10 * _MINUTE)


def network_of(address: str | None) -> str:
    """Return the network of an address, by which tries are counted: /24, or /48 for IPv6.

    Some proxies name the port as well; it is left out.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2::3"), network_of("::ffff:192.0.2.77")
    ('192.0.2.0/24', '2001:db8:1::/48', '192.0.2.0/24')
    >>> network_of("192.0.2.77:51234"), network_of("[2001:db8:1:2::3]:51234")
    ('192.0.2.0/24', '2001:db8:1::/48')
    >>> network_of(None), network_of("[nowhere")
    ('unknown', 'unknown')
    """
    try:
        found = _address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, _NETWORK_BITS[found.version]), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        return ip_address(urlsplit(f"//{text}").hostname or "")
