"""What the catalog decides, as pure functions over plain values."""
