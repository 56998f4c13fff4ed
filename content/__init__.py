"""SPEAKS AND LISTENS: the words of every place, what is understood of a person's words, and the shield before both."""
