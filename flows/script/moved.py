"""Old place names and where they live now: whoever stood there goes on there."""

from collections.abc import Mapping
from enum import Enum

MOVED: Mapping[str, Enum] = {}
