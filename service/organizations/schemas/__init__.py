"""What goes in and out of the organization's routes."""
