"""What routes ask for: the caller, and a unit of work that gives a kept answer again.

A route that only reads asks for `Reader` and `Reading`; one that changes something for `CurrentActor` and
`Work`. Each has one connection and loads the actor by one statement on it.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request

from service.accounts.identity import CurrentIdentity
from service.kit.database import Now, PublicWork, Reading, UnitOfWork
from service.kit.errors import Busy, KeyReused, Malformed, NotAllowed, TooLarge, refuses
from service.kit.idempotency import Claim, Replay
from service.organizations.actor import Actor, allows, load, missing
from service.organizations.rules import Permission


async def current_reader(identity: CurrentIdentity, reading: Reading, now: Now) -> Actor:
    """The caller of a route that only reads."""
    return await load(reading, identity, now)


async def current_actor(identity: CurrentIdentity, work: PublicWork) -> Actor:
    """The caller of a route that changes something."""
    return await load(await work.connection(), identity, work.now)


Reader = Annotated[Actor, Depends(current_reader, scope="function")]
CurrentActor = Annotated[Actor, Depends(current_actor, scope="function")]


IdempotencyKey = Annotated[
    str | None,
    Header(description="Names this call: the same key within 24 hours gets the first answer again."),
]


@refuses(Malformed, NotAllowed, Busy, TooLarge, KeyReused)
async def working(
    request: Request, work: PublicWork, actor: CurrentActor, idempotency_key: IdempotencyKey = None
) -> UnitOfWork:
    """A unit of work for the caller; with an idempotency key that was used before, its kept answer.

    The answer is given again only to somebody who still holds every permission the first call asked for.
    """
    if idempotency_key is None or request.method != "POST" or actor.account_id is None:
        return work
    claim = Claim(work, request, idempotency_key, actor.account_id)
    first = await claim.earlier()
    if first is None:
        request.state.claim = claim
        return work
    for word, unit in first.required:
        permission = Permission(word)
        if not allows(actor, permission, None if unit is None else UUID(unit)):
            raise missing(permission)
    raise Replay(first)


#: A unit of work that keeps its answer under the caller's idempotency key. Routes that show a secret ask for
#: `PublicWork` instead, so that the secret is kept nowhere.
Work = Annotated[UnitOfWork, Depends(working, scope="function")]
