"""A strict local Zalo Bot Platform: what the documents and the live service were seen to do, and no more."""
