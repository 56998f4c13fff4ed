"""`make bench`: the turn on SQLite, with one and with 32 in flight."""

from benchmarks import turn

turn.main([])
