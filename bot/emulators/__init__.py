"""Strict local stand-ins of the platforms, to try a channel on before going live: they refuse what the platform refuses."""
