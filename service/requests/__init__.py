"""The heart: requests of enterprises, their lifecycle, their clock, and all that is said about them."""
