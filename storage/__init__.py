"""REMEMBERS: the only package that knows SQL; one writing thread, real transactions, the same code on both databases."""
