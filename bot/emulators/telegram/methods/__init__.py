"""The methods of the Bot API that this emulator knows, one module for each thing they are about."""

from bot.emulators.telegram.methods import about, commands, deleting, editing, receiving, sending
from bot.emulators.telegram.methods.call import METHODS, carried_out

__all__ = ["METHODS", "about", "carried_out", "commands", "deleting", "editing", "receiving", "sending"]
