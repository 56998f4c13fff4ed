"""CARRIES: channels, the one turn, delivery and the pages; the only package that knows the network."""
