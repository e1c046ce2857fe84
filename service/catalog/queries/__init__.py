"""How the catalog is read: by its own routes, and by those who build on it."""
