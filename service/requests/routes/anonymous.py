"""Filing without a name, and coming back to what was filed."""

from typing import Annotated

from fastapi import Depends, Header

from service.accounts.actions import open_anonymous_request as open_by_secret
from service.accounts.credentials import CurrentCredentials
from service.accounts.schemas import AnonymousTokenRead
from service.kit.addresses import CallerAddress
from service.kit.database import Database, Now, PublicWork, the_database
from service.kit.errors import Busy, Invalid, Malformed, TooMany, Unauthorized, documented
from service.kit.routing import Router
from service.requests.actions import anonymous
from service.requests.rules import numbers
from service.requests.schemas.recording import AnonymousCreate, AnonymousCreated, AnonymousSignIn

router = Router(tags=["anonymous requests"])


def no_credentials(authorization: Annotated[str | None, Header(include_in_schema=False)] = None) -> None:
    """Refuse a caller who says who they are: the log of a proxy would tie the name to the request."""
    if authorization is not None:
        raise Malformed(
            "credentials_refused",
            "匿名提交请勿携带登录凭证。",
            "Send no credentials with an anonymous request.",
        )


@router.post(
    "/anonymous-requests",
    operation_id="file_anonymously",
    summary="匿名提出诉求 File a request without a name",
    status_code=201,
    dependencies=[Depends(no_credentials)],
    responses=documented(Malformed, Invalid, TooMany),
)
async def file_anonymously(
    said: AnonymousCreate, address: CallerAddress, work: PublicWork
) -> AnonymousCreated:
    """Answers the number and a secret, this once; with both, `POST /auth/anonymous-token` gives access.

    No address is kept, only a digest of it that changes daily, to count filings.
    """
    return await anonymous.file_anonymously(work, said, address)


@router.post(
    "/auth/anonymous-token",
    operation_id="open_anonymous_request",
    summary="凭编号和密码查看匿名诉求 A token for one anonymous request",
    responses=documented(Unauthorized, Busy, Invalid, TooMany),
)
async def open_anonymous_request(
    said: AnonymousSignIn,
    database: Annotated[Database, Depends(the_database)],
    credentials: CurrentCredentials,
    now: Now,
    address: CallerAddress,
) -> AnonymousTokenRead:
    """To read it, answer questions about it and rate the result."""
    return await open_by_secret(
        database,
        credentials,
        now,
        number=numbers.normal(said.number),
        secret=said.secret,
        address=address,
        find=anonymous.find,
    )
