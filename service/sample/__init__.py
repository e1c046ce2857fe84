"""The sample district: invented, the same at each run, and marked as a sample wherever it is stored."""
