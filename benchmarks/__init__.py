"""How fast, how large: commands anyone can run. Speed is never asserted in a test."""
