"""DECIDES: the activation core, the notation of conversations, the scripts, and the runner that takes one step."""
