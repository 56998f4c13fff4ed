"""The officers' console: who is waiting first, the conversations as they happen, a hand where one is needed."""
