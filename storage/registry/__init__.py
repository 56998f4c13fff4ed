"""What the simulated registry remembers, in a database of its own: accounts, handsets, requests, codes, changes."""
