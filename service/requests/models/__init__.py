"""The tables of a request: what is now, and its texts, which live in rows of their own and can be erased."""

from service.requests.models.anonymous import AnonymousFiling, FilingCount
from service.requests.models.applications import RequestApplication
from service.requests.models.limits import StepLimit
from service.requests.models.parts import (
    ATTACHMENTS,
    RequestAttachment,
    RequestNote,
    RequestResult,
    RequestSearch,
)
from service.requests.models.request import ServiceRequest, numbers_sequence

__all__ = [
    "ATTACHMENTS",
    "AnonymousFiling",
    "FilingCount",
    "RequestApplication",
    "RequestAttachment",
    "RequestNote",
    "RequestResult",
    "RequestSearch",
    "ServiceRequest",
    "StepLimit",
    "numbers_sequence",
]
