"""The activation core: the rules of the five documents as values and small pure functions; no clock, no chance, no I/O."""
