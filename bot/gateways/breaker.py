"""Leaves a registry alone that does not answer, and tries again with one question after a while."""

from datetime import datetime, timedelta

FAILURES = 5
REST = timedelta(seconds=30)


class Breaker:
    """Closed: questions pass. After `failures` in a row it is open: nothing passes for `rest`. Then one question passes; an
    answer to it closes, another failure opens again."""

    def __init__(self, failures: int = FAILURES, rest: timedelta = REST) -> None:
        self._most, self._rest = failures, rest
        self._failed = 0
        self._until: datetime | None = None
        self._trying = False

    def rests_until(self, now: datetime) -> datetime | None:
        """Until when nothing is asked; None: this question may pass, and `answered` or `failed` must follow it."""
        if self._until is None:
            return None
        if now < self._until or self._trying:
            return max(self._until, now)
        self._trying = True
        return None

    def answered(self) -> None:
        """The registry answered, whatever it said."""
        self._failed, self._until, self._trying = 0, None, False

    def failed(self, now: datetime) -> None:
        """It did not answer, or not in a way that could be read."""
        self._failed += 1
        self._trying = False
        if self._failed >= self._most:
            self._until = now + self._rest

    def passed_over(self) -> None:
        """The question that was let pass was not asked after all."""
        self._trying = False
