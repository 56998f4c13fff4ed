"""What a person's words mean here: explicit signs first, then the offer as it was shown, then what is understood everywhere."""

from content.hearing.read import Hearing

__all__ = ["Hearing"]
