"""Tokens, fonts, icons and the page shell that all our pages share."""
