"""The service-request system with which a Chinese district helps its enterprises."""
