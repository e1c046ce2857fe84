"""What comes from other systems' files, and goes into files for them."""
