"""Which person of an outside identity provider an account is."""

from typing import Annotated

from pydantic import Field

from service.kit.types import Schema, Word


class ExternalIdentity(Schema):
    """A person as the configured identity provider calls them."""

    subject: Annotated[Word, Field(description="Its `sub`, not a name.", examples=["248289761001"])]
