"""What goes in and out of the requests' routes."""
