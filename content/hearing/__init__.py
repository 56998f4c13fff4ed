"""What a person's words mean here: explicit signs first, then the offer as it was shown, then what is understood everywhere,
then what was learnt from phrases."""

from content.hearing.meaning import Meaning, Understood, understood
from content.hearing.read import Hearing

__all__ = ["Hearing", "Meaning", "Understood", "understood"]
