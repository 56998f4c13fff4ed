"""The practice phone (MÔ PHỎNG): a phone drawn in the browser on which everything can be pressed through, with nobody real."""
