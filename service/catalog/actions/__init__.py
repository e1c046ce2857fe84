"""How the catalog is changed: the only writers of its tables."""
