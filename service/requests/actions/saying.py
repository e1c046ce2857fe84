"""What people say about a request between its steps."""

from service.events import Audience
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict
from service.organizations.actor import Actor, allows, missing, require
from service.organizations.rules import Permission
from service.requests.actions.records import add_note, record
from service.requests.actions.transitions import locked
from service.requests.kinds import COMMENTED
from service.requests.models import RequestNote, ServiceRequest
from service.requests.rules.statuses import Status
from service.requests.rules.words import NoteAudience
from service.requests.schemas.reading import CommentCreate


async def comment(work: UnitOfWork, actor: Actor, ref: str, said: CommentCreate) -> RequestNote:
    """Say something about a request, to everybody who may see it or to staff only.

    Raises:
        NotFound: the actor cannot see the request.
        NotAllowed: the actor may not comment on it, or does not belong to staff.
        Conflict: it is archived.
    """
    request = await locked(work, actor, ref)
    may_add(work, actor, request, Permission.REQUESTS_COMMENT)
    audience = Audience(said.audience)
    if said.audience is NoteAudience.INTERNAL:
        may_add(work, actor, request, Permission.REQUESTS_READ_INTERNAL)
    note = add_note(work, actor, request, said.text, audience)
    await record(work, actor, request, COMMENTED, {"note_id": str(note.id)}, audience=audience)
    await work.flush()
    return note


def may_add(work: UnitOfWork, actor: Actor, request: ServiceRequest, permission: Permission) -> None:
    """Go on only if the actor holds the permission where the request is held, and it is not archived."""
    if request.status is Status.ARCHIVED:
        raise Conflict(
            "archived", "诉求已归档，不能再补充。", "It is archived; nothing can be added.", verbs=[]
        )
    if request.id == actor.anonymous_request_id and permission is Permission.REQUESTS_COMMENT:
        return
    for unit_id in (None, request.lead_unit_id, *request.co_unit_ids, request.enterprise_id):
        if allows(actor, permission, unit_id):
            require(work, actor, permission, unit_id)
            return
    raise missing(permission)
