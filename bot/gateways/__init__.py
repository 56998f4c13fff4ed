"""Clients of other houses, one module each; what they learn enters by the one door."""
