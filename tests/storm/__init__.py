"""kill -9 in the middle of everything, and then the books are compared (quality: reliability, C1)."""
