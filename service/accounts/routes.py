"""Signing in, by password or from outside, staying signed in, signing out, and changing one's password."""

from typing import Annotated

from fastapi import Cookie, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from service.accounts import actions
from service.accounts.credentials import CurrentCredentials
from service.accounts.identity import CurrentIdentity
from service.accounts.oidc import SIGN_IN_TAKES
from service.accounts.schemas import (
    PasswordChange,
    PasswordGrant,
    RefreshGrant,
    ReturnFromProvider,
    TokensRead,
)
from service.kit.addresses import CallerAddress
from service.kit.database import Database, Now, PublicWork, the_database
from service.kit.errors import (
    Busy,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    TooMany,
    Unauthorized,
    Unavailable,
    documented,
)
from service.kit.routing import Router

router = Router(prefix="/auth", tags=["sign-in"])

TheDatabase = Annotated[Database, Depends(the_database)]


@router.post(
    "/token",
    operation_id="sign_in",
    summary="用户名和密码登录 Sign in with user name and password",
    responses=documented(Unauthorized, Busy, Invalid, TooMany),
)
async def sign_in(
    said: Annotated[PasswordGrant, Form()],
    database: TheDatabase,
    credentials: CurrentCredentials,
    now: Now,
    address: CallerAddress,
) -> TokensRead:
    """The OAuth 2 password form. Wrong guesses are slowed: 429 says in `Retry-After` for how long to wait."""
    return await actions.sign_in(
        database, credentials, now, username=said.username, password=said.password, address=address
    )


@router.post(
    "/refresh",
    operation_id="refresh",
    summary="换取新令牌 Exchange a refresh token for new tokens",
    responses=documented(Unauthorized, Busy, Invalid),
)
async def refresh(
    said: RefreshGrant, database: TheDatabase, credentials: CurrentCredentials, now: Now
) -> TokensRead:
    """A refresh token is exchanged once. Shown again within 30 seconds it gives the same successor; later, or
    once the successor was used, its whole session is ended."""
    return await actions.refresh(database, credentials, now, token=said.refresh_token)


@router.post(
    "/logout",
    operation_id="sign_out",
    summary="退出登录 Sign out",
    status_code=204,
    responses=documented(Invalid),
)
async def sign_out(said: RefreshGrant, work: PublicWork) -> None:
    """End the session of this refresh token; its access token stops with the next call."""
    await actions.sign_out(work, token=said.refresh_token)


SIGN_IN_COOKIE = "servicedesk_oidc"


@router.get(
    "/oidc/login",
    operation_id="begin_oidc_sign_in",
    summary="统一身份认证登录 Begin to sign in with the identity provider",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(NotFound, Unavailable),
)
async def begin_oidc_sign_in(credentials: CurrentCredentials, now: Now, request: Request) -> RedirectResponse:
    """Sends the browser to the identity provider, with a cookie by which it is recognised when it is back."""
    begun = await credentials.outside.begin(now)
    answer = RedirectResponse(begun.url, status_code=303)
    answer.set_cookie(
        SIGN_IN_COOKIE,
        begun.kept,
        max_age=int(SIGN_IN_TAKES.total_seconds()),
        path=request.url.path.removesuffix("/login"),
        secure=not begun.is_local,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(
    "/oidc/callback",
    operation_id="finish_oidc_sign_in",
    summary="统一身份认证回调 Finish to sign in with the identity provider",
    responses=documented(NotFound, Malformed, Unauthorized, Busy, Invalid, Unavailable),
)
async def finish_oidc_sign_in(
    database: TheDatabase,
    credentials: CurrentCredentials,
    now: Now,
    address: CallerAddress,
    request: Request,
    response: Response,
    returned: Annotated[ReturnFromProvider, Query()],
    kept: Annotated[str | None, Cookie(alias=SIGN_IN_COOKIE)] = None,
) -> TokensRead:
    """The provider sends the browser here with a code; it is exchanged for tokens of ours."""
    provider = credentials.outside
    response.delete_cookie(SIGN_IN_COOKIE, path=request.url.path.removesuffix("/callback"))
    subject = await provider.finish(kept, returned, now)
    return await actions.sign_in_from_outside(
        database, credentials, now, external=(provider.issuer, subject), address=address
    )


@router.post(
    "/password",
    operation_id="change_password",
    summary="修改自己的密码 Change one's own password",
    status_code=204,
    responses=documented(Unauthorized, NotAllowed, Busy, Invalid, TooMany),
)
async def change_password(
    said: PasswordChange,
    caller: CurrentIdentity,
    database: TheDatabase,
    credentials: CurrentCredentials,
    now: Now,
    address: CallerAddress,
) -> None:
    """All other sessions of the account end; API keys stay."""
    await actions.change_password(
        database, credentials, now, caller, present=said.present, new=said.new, address=address
    )
