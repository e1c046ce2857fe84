"""What goes into the catalog and comes out of it."""
