"""The service-request system with which a Chinese district helps its enterprises."""

__version__ = "0.1.0"
