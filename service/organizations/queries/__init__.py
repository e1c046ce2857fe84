"""Questions to the organization; what a caller may see is said once for each kind of thing."""
