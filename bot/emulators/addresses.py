"""The addresses an emulator calls: which a platform on the internet would refuse, and whose certificates count."""

import functools
import ipaddress
import ssl
from urllib.parse import urlsplit

LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan")


@functools.cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed; read once, since that takes a tenth of a second."""
    return ssl.create_default_context()


def is_public(url: str) -> bool:
    """Whether a host on the internet could be meant; names are not looked up."""
    host = _host(url).rstrip(".").lower()
    if not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not f".{host}".endswith(LOCAL_NAMES)


def is_http(url: str) -> bool:
    """Whether it is an http or https address with a host."""
    return url.startswith(("http://", "https://")) and bool(_host(url))


def is_https(url: str) -> bool:
    return url.startswith("https://") and bool(_host(url))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
