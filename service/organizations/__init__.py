"""The organization: who is where, who may do what there, and what a caller may see."""
