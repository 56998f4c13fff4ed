"""Clients of other houses, tried in process, over a wire, and over a bad one."""
