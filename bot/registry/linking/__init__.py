"""Linking a chat to an account (RFC 8628): the registry's own pages, where a person proves who they are.

A house that has the registry inside passes the paths of `PATHS` on to the registry's application as they are.
"""

PATH = "/lien-ket"
PHONE = f"{PATH}/dien-thoai"  # the invented phone beside the page, where whoever tries it out may have it
ASSETS = f"{PATH}/assets"
PATHS = (PATH, PHONE, f"{ASSETS}/{{name}}")
