"""The simulated registry (MÔ PHỎNG): the server side of the documents, run on `flows/core` for invented people."""
