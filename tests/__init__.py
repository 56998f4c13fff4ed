"""The tests; a package, so that no wheel's own `tests` folder is taken for it."""
