"""The house with a planted fault: it acknowledges before the commit. The storm must catch it, or it proves nothing."""

import sys
import time
from typing import Any

from bot.__main__ import main
from storage import store


def _acknowledge_first(self: Any, jobs: list[Any]) -> bool:
    unit = self._connected()
    with unit.begin():
        for run in store._runs(jobs):
            store._perform(unit, run, alone=len(jobs) == 1)
        store._resolve(jobs)
        time.sleep(0.2)  # long enough that a kill at any moment finds something acknowledged and not kept
    return True


store.Store._commit = _acknowledge_first  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(main(["run"]))
