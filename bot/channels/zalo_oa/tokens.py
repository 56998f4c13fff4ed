"""The life of the token pair: refreshed in time by one holder among all processes, and never by the same token twice.

A refresh token is good once, and its answer comes once. So before it leaves, "refresh of this pair begun" is written down;
after the answer, the new pair is, before it is used. Who dies in between leaves the note behind: until it is cleared up nobody
uses that refresh token again. It is cleared up by the old access token, which a refresh kills: if it still works a while
later, the refresh has not happened; if it does not, the new pair is lost and a person must consent again, which is then said.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.zalo_oa.oauth import Granted, NotGrantedError, OAuth, UnclearError
from bot.channels.zalo_oa.pair import Kept, KeptAwayError, KeptPair, Pair, Trouble
from bot.http import NoAnswerError, NotSentError, StaleError
from bot.ports import Clock, Secrets

LEAVES_WITHIN = timedelta(seconds=10)  # of the note; later it does not leave any more
SETTLED_AFTER = timedelta(seconds=90)  # of the note; then a request that was given up is nowhere on its way any more
LEASE = timedelta(seconds=60)
PATIENCE = 8.0  # seconds to wait for another's refresh
LOOK_EVERY = 0.2
AGAIN_AFTER_REFUSAL = timedelta(minutes=10)
WITHOUT_PAIR = 60.0
LONGEST_REST = 600.0
LAST_WORDS = 6.0
QUICK = 0.020  # seconds from the answer to the commit

# Whether an access token works: True, False (Zalo says it does not), or None (not to be learnt now).
Probe = Callable[[str], Awaitable[bool | None]]


class NoTokenError(Exception):
    """There is no token to call with. `word` is ours: not_authorized, authorize (a person must consent again), app_refused,
    being_refreshed, refresh_unsure, not_reached, secrets_away. `after` seconds it may be tried again; None where a person
    must do something first."""

    def __init__(self, word: str, after: float | None = None) -> None:
        super().__init__(word)
        self.word, self.after = word, after


class Tokens:
    """The pair of one app, shared with all processes of the house. `old_dies`: a refresh kills the old access token;
    `patience`: seconds to wait for another's refresh."""

    def __init__(
        self, secrets: Secrets, app_id: str, oauth: OAuth, probe: Probe, clock: Clock, counted: Callable[[str], None], *,
        old_dies: bool = True, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._kept, self._oauth, self._probe = KeptPair(secrets, app_id), oauth, probe
        self._clock, self._counted, self._old_dies, self._patience = clock, counted, old_dies, patience
        self._pair: Pair | None = None
        self._one: asyncio.Task[Pair] | None = None
        self.windows: deque[float] = deque(maxlen=1000)  # seconds each, from an answer to its commit

    async def current(self) -> Pair:
        """The pair to call with. NoTokenError."""
        if self._pair is None or self._pair.access_until <= self._clock.now():
            return await self.instead_of(self._pair)
        return self._pair

    async def instead_of(self, refused: Pair | None) -> Pair:
        """A newer pair than one that does not work: another process's, or a refreshed one. NoTokenError."""
        while self._one is not None and not self._one.done():
            with contextlib.suppress(NoTokenError):
                await asyncio.shield(self._one)
            if self._pair is not None and self._pair != refused:
                return self._pair
        return await self._begin(
            refused.access if refused else "", known_dead=refused is not None, patience=self._patience
        )

    async def tended(self) -> float:
        """Clear up what is unclear, refresh what is due; the seconds until there is something to do again."""
        try:
            kept, _ = await self._kept.read()
            pair, now = kept.pair, self._clock.now()
            if pair is None or kept.trouble.final:
                self._pair = pair
                return WITHOUT_PAIR
            if kept.began is None and now < pair.due:
                self._pair = pair
                return min((pair.due - now).total_seconds(), LONGEST_REST)
            self._pair = pair = await self._begin(pair.access, known_dead=False, patience=0)
            return min(max((pair.due - self._clock.now()).total_seconds(), WITHOUT_PAIR), LONGEST_REST)
        except NoTokenError as error:
            return min(max(error.after if error.after is not None else WITHOUT_PAIR, 5.0), LONGEST_REST)
        except KeptAwayError:
            self._counted("zalo_oa_secrets_away")
            return WITHOUT_PAIR

    async def standing(self) -> Kept:
        """What is kept, to be told. KeptAwayError."""
        return (await self._kept.read())[0]

    async def store(self, granted: Granted, account: str) -> None:
        """The pair of a new consent: it takes the place of whatever is there. KeptAwayError."""
        new = Pair.of(granted, self._clock.now(), account)
        while True:
            kept, version = await self._kept.read()
            if kept.pair == new or await self._kept.swap(version, Kept(new)):
                self._pair = new
                return

    async def named(self, account: str) -> None:
        """The OA's id, where it is not known yet."""
        with contextlib.suppress(KeptAwayError):
            kept, version = await self._kept.read()
            if kept.pair is not None and not kept.pair.account and kept.began is None:
                await self._kept.swap(version, replace(kept, pair=replace(kept.pair, account=account)))

    async def revoked(self, at: datetime) -> None:
        """The owner took the consent back at that moment; a newer consent is not touched by it. KeptAwayError."""
        while True:
            kept, version = await self._kept.read()
            if kept.pair is None or kept.pair.made >= at or kept.trouble.final:
                return
            if await self._kept.swap(version, replace(kept, trouble=Trouble.REVOKED, since=at)):
                self._counted("zalo_oa_consent_revoked")
                return

    async def stop(self) -> None:
        """Let a refresh that is under way come to its end."""
        if self._one is not None and not self._one.done():
            await asyncio.wait({self._one}, timeout=LAST_WORDS)

    # One refresh

    async def _begin(self, access: str, *, known_dead: bool, patience: float) -> Pair:
        """In a task of its own: whoever asked may be cancelled, a refresh under way may not."""
        until = self._clock.now() + timedelta(seconds=patience)
        self._one = asyncio.create_task(self._guarded(access, until, known_dead=known_dead))
        self._one.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._one)

    async def _guarded(self, access: str, until: datetime, *, known_dead: bool) -> Pair:
        try:
            return await self._newer(access, until, known_dead=known_dead)
        except KeptAwayError:
            self._counted("zalo_oa_secrets_away")
            raise NoTokenError("secrets_away", 5.0) from None

    async def _newer(self, access: str, until: datetime, *, known_dead: bool) -> Pair:
        """A pair other than the one of this access token, waiting `until` then for another who refreshes it. `known_dead`:
        Zalo refuses it."""
        while True:
            kept, version = await self._kept.read()
            now, pair = self._clock.now(), kept.pair
            if pair is None:
                raise NoTokenError("not_authorized")
            if pair.access != access and pair.access_until > now:
                self._pair = pair
                return pair
            if kept.trouble.final or not pair.refresh:
                raise NoTokenError("authorize")
            if kept.trouble is Trouble.REFUSED and kept.since and now < kept.since + AGAIN_AFTER_REFUSAL:
                raise NoTokenError("app_refused")
            dead, mine = known_dead and pair.access == access, kept.holder == self._kept.me
            if kept.began is not None and (now >= kept.began + SETTLED_AFTER or (mine and dead)):
                if still_good := await self._cleared_up(kept, version, dead=dead):
                    return still_good
            elif kept.began is not None and mine:
                raise NoTokenError("refresh_unsure", (kept.began + SETTLED_AFTER - now).total_seconds())
            elif kept.began is None and await self._kept.lease(now, now + LEASE):
                return await self._refreshed(kept, version)
            elif now >= until:
                raise NoTokenError("being_refreshed", 5.0)
            else:
                await self._clock.sleep_until(now + timedelta(seconds=LOOK_EVERY))

    async def _refreshed(self, kept: Kept, version: int) -> Pair:
        """Under the lease: the note, the question, and its outcome."""
        pair, began = kept.pair, self._clock.now()
        if pair is None:
            raise NoTokenError("not_authorized")
        noted = replace(kept, began=began, holder=self._kept.me, trouble=Trouble.NONE, since=None, code=0)
        if not await self._kept.swap(version, noted):
            await self._kept.let_go(self._clock.now())
            return await self._newer(pair.access, began, known_dead=False)
        try:
            granted = await self._oauth.refresh(pair.refresh, lambda: self._clock.now() < began + LEAVES_WITHIN)
        except (NotSentError, StaleError):
            # It has not left, so it is as if nothing had been: the note is taken back.
            self._counted("zalo_oa_refresh_not_sent")
            await self._kept.swap(version + 1, kept)
            await self._kept.let_go(self._clock.now())
            raise NoTokenError("not_reached", 10.0) from None
        except NotGrantedError as error:
            await self._not_granted(kept, version + 1, error)
            raise NoTokenError("authorize" if error.spent else "app_refused") from None
        except (NoAnswerError, UnclearError):
            # Perhaps it has happened: the note stands, and the token rests until that is known.
            self._counted("zalo_oa_refresh_unsure")
            raise NoTokenError("refresh_unsure", SETTLED_AFTER.total_seconds()) from None
        new = Pair.of(granted, self._clock.now(), pair.account)
        await self._stored(pair, new, version + 1, granted.answered)
        await self._kept.let_go(self._clock.now())
        return new

    async def _stored(self, spent: Pair, new: Pair, version: int, answered: float) -> None:
        """Keep the new pair, before anything else, again and again: there is no other copy of it."""
        pause = 0.01
        while True:
            with contextlib.suppress(KeptAwayError):
                if await self._kept.swap(version, Kept(new)):
                    break
                kept, version = await self._kept.read()
                if kept.pair == new:
                    break
                if kept.pair is None or kept.pair.refresh != spent.refresh:
                    # A person has consented anew meanwhile: that pair is the newer one.
                    self._counted("zalo_oa_refresh_overtaken")
                    self._pair = kept.pair
                    return
                continue
            self._counted("zalo_oa_secrets_away")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
        self.windows.append(time.perf_counter() - answered)
        self._counted("zalo_oa_refreshed" if self.windows[-1] <= QUICK else "zalo_oa_refreshed_slowly")
        self._pair = new

    async def _not_granted(self, kept: Kept, version: int, error: NotGrantedError) -> None:
        trouble = Trouble.SPENT if error.spent else Trouble.REFUSED
        self._counted(f"zalo_oa_refresh_{trouble.value}")
        told = replace(kept, began=None, holder="", trouble=trouble, since=self._clock.now(), code=error.code)
        await self._kept.swap(version, told)
        await self._kept.let_go(self._clock.now())

    async def _cleared_up(self, kept: Kept, version: int, *, dead: bool) -> Pair | None:
        """What became of a refresh that was begun and never told its end. The pair, when it works on though nothing can be
        proved by that; None, when the note is gone and the refresh may be begun anew."""
        pair = kept.pair
        if pair is None:
            return None
        over = pair.access_until <= self._clock.now()
        works = None if over else False if dead else await self._probe(pair.access)
        if works is None and not over:
            raise NoTokenError("not_reached", 10.0)
        if works and not self._old_dies:
            return pair
        if works:
            if await self._kept.swap(version, replace(kept, began=None, holder="")):
                self._counted("zalo_oa_refresh_had_not_happened")
            return None
        trouble = Trouble.UNSURE if over else Trouble.LOST
        told = replace(kept, began=None, holder="", trouble=trouble, since=self._clock.now())
        if not await self._kept.swap(version, told):
            return None
        self._counted(f"zalo_oa_refresh_{trouble.value}")
        raise NoTokenError("authorize")
