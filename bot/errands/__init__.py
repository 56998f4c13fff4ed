"""What a turn leaves to be asked or done after it, and how the answer comes back by the one door."""
