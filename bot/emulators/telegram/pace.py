"""How fast a bot may write before it is told to wait: per chat, per group, and all its chats together."""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """The limits, all changeable. Telegram publishes no exact ones: these are its FAQ's, with a burst of our choosing."""

    chat_a_second: float = 1.0
    chat_burst: int = 3
    group_a_minute: int = 20
    bot_a_second: int = 30
    on: bool = True
    _chats: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    _groups: dict[tuple[int, int], deque[float]] = field(default_factory=dict)
    _bots: dict[int, deque[float]] = field(default_factory=dict)

    def spend(self, bot: int, chat: int, group: bool, now: float) -> int:
        """0 and one message is spent, or the whole seconds to wait and nothing is spent."""
        if not self.on:
            return 0
        left, since = self._chats.get((bot, chat), (float(self.chat_burst), now))
        left = min(float(self.chat_burst), left + (now - since) * self.chat_a_second)
        waits = [0.0 if left >= 1 - 1e-9 else (1 - left) / self.chat_a_second]
        windows = [(self._bots.setdefault(bot, deque()), 1.0, self.bot_a_second)]
        if group:
            windows.append((self._groups.setdefault((bot, chat), deque()), 60.0, self.group_a_minute))
        for sent, seconds, most in windows:
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            waits.append(sent[0] + seconds - now if len(sent) >= most else 0.0)
        if (wait := max(waits)) > 0:
            return max(1, math.ceil(wait))
        self._chats[bot, chat] = (left - 1, now)
        for sent, _, _ in windows:
            sent.append(now)
        return 0
