"""The simulated registry, tried from outside by its API and under races, faults and a storm."""
