"""What is examined in an installation: each check answers what it found, or raises `Trouble`."""

import os
import shutil
import stat
from typing import Any

from sqlalchemy import Row, text

from service.kit.clock import LOCAL, SystemClock
from service.kit.config import Settings
from service.kit.crypto import KeyRing
from service.kit.database import Database, app_address
from service.kit.errors import Problem
from service.kit.migrations import newest_revision
from service.kit.resealing import values_by_key
from service.kit.trouble import Trouble

LEAST_DISK = 2**30  # bytes
FURTHEST_CLOCK = 2.0  # seconds
OLDEST_SERVER = 16


# --- on this machine -----------------------------------------------------------------------------------


def data_directory(settings: Settings) -> str:
    """It exists and only we can write to it."""
    directory = settings.data
    if not directory.is_dir():
        raise Trouble(
            f"{directory} 不存在，尚未安装。请运行 servicedesk serve，或用 --data 指定目录。",
            f"{directory} does not exist: nothing is installed yet. Run `servicedesk serve`, or name --data.",
        )
    if not os.access(directory, os.W_OK | os.X_OK):
        raise Trouble(f"{directory} 不可写。", f"{directory} cannot be written by this user.")
    if directory.stat().st_mode & 0o022:
        raise Trouble(
            f"{directory} 可被其他用户写入。请运行 chmod go-w {directory}",
            f"Others can write to {directory}. Run: chmod go-w {directory}",
        )
    return str(directory)


def secret_files(settings: Settings) -> str:
    """Only we can read them."""
    directory = settings.secrets.directory
    secrets = [directory, *directory.iterdir()] if directory.is_dir() else []
    for path in secrets:
        found = path.stat()
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise Trouble(
                f"{path} 可被其他用户读取。请运行 chmod go= {path}，并确认其属主。",
                f"Others can read {path}. Run: chmod go= {path} and see whose it is.",
            )
    return f"{max(len(secrets) - 1, 0)}"


def disk(settings: Settings) -> str:
    """There is room for a day's work."""
    directory = settings.data if settings.data.is_dir() else settings.data.anchor
    free = shutil.disk_usage(directory).free
    if free < LEAST_DISK:
        raise Trouble(
            f"剩余 {free >> 20} MiB，不足 {LEAST_DISK >> 20} MiB。请清理磁盘。",
            f"{free >> 20} MiB are free, less than {LEAST_DISK >> 20} MiB. Make room.",
        )
    return f"{free / 2**30:.1f} GiB"


# --- in the database -----------------------------------------------------------------------------------


async def server(settings: Settings) -> str:
    """It answers, and is new enough."""
    row = await _ask(settings, "SELECT current_setting('server_version') AS said, current_user AS role")
    if int(row.said.split(".")[0]) < OLDEST_SERVER:
        raise Trouble(
            f"PostgreSQL {row.said} 版本过低，需要 {OLDEST_SERVER} 或更高版本。",
            f"PostgreSQL {row.said} is too old; {OLDEST_SERVER} or newer is needed.",
        )
    return f"PostgreSQL {row.said}"


async def structure(settings: Settings) -> str:
    """It is migrated to this version of the service."""
    newest = newest_revision()
    row = await _ask(settings, "SELECT to_regclass('alembic_version') IS NOT NULL AS migrated")
    present = (await _ask(settings, "SELECT version_num FROM alembic_version"))[0] if row.migrated else None
    if present != newest:
        raise Trouble(
            f"数据库结构为 {present or '空'}，本程序需要 {newest}。请运行 servicedesk migrate。",
            f"The structure is {present or 'empty'}, this version needs {newest}. Run `servicedesk migrate`.",
        )
    return newest


async def roles(settings: Settings) -> str:
    """The role the service acts as can add to the log and cannot change it, nor anything's structure."""
    row = await _ask(
        settings,
        """
        SELECT current_user AS role,
               rolsuper OR rolcreaterole OR rolcreatedb AS is_mighty,
               pg_has_role(current_user, relowner, 'MEMBER') AS is_owner,
               has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE') AS may_rewrite
        FROM pg_roles LEFT JOIN pg_class ON pg_class.oid = to_regclass('events')
        WHERE rolname = current_user
        """,
    )
    if row.is_mighty or row.is_owner or row.may_rewrite:
        raise Trouble(
            f"角色 {row.role} 权限过大，可以改写日志。请在 SERVICEDESK_APP_DATABASE_URL 中"
            "使用角色 servicedesk_app，该角色不应拥有数据表，也不应是超级用户。",
            f"The role {row.role} may do too much: it could rewrite the log. Name the role servicedesk_app "
            "in SERVICEDESK_APP_DATABASE_URL; it should own no table and be no superuser.",
        )
    return str(row.role)


async def clock(settings: Settings) -> str:
    """This machine and the database agree on the time."""
    row = await _ask(settings, "SELECT clock_timestamp() AS said")
    now = SystemClock().now()
    apart = abs((now - row.said).total_seconds())
    if apart > FURTHEST_CLOCK:
        raise Trouble(
            f"本机与数据库相差 {apart:.0f} 秒。请校准两台机器的时钟。",
            f"This machine and the database are {apart:.0f} s apart. Set the clocks of both right.",
        )
    return f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M:%S%z}"


async def sealing_keys(settings: Settings) -> str:
    """Every key that stored personal data needs is here; how many values need which."""
    await structure(settings)
    ring = KeyRing(settings.secrets, "sealing")
    database = Database(*app_address(settings), pool_size=1)
    try:
        async with database.reading() as reading:
            needed = await values_by_key(reading)
    finally:
        await database.close()
    for number in sorted(needed.keys() - ring.numbers()):
        raise Trouble(
            f"有 {needed[number]} 个值由 sealing-{number} 加密，它不在 {settings.secrets.directory} 中。"
            "请从密钥备份中恢复该文件。",
            f"{needed[number]} values need sealing-{number}, which is not in {settings.secrets.directory}. "
            "Bring that file back from your backup of the secrets.",
        )
    told = " · ".join(f"sealing-{number}: {needed.get(number, 0)}" for number in ring.numbers()[::-1])
    if len(ring.numbers()) > 1:
        told += "；归零的旧密钥可销毁 older ones at 0 can go: servicedesk rotate-keys sealing --drop-old"
    return told


async def _ask(settings: Settings, question: str) -> Row[Any]:
    database = Database(*app_address(settings), pool_size=1)
    try:
        async with database.reading() as reading:
            return (await reading.execute(text(question))).one()
    except Problem as problem:
        cause = str(getattr(problem.__cause__, "orig", problem)).partition("\n")[0]
        raise Trouble(f"无法访问数据库：{cause}", f"The database cannot be reached: {cause}") from problem
    finally:
        await database.close()


ON_THIS_MACHINE = (
    ("数据目录 Data directory", data_directory),
    ("密钥文件 Secrets", secret_files),
    ("剩余磁盘 Free disk", disk),
)
IN_THE_DATABASE = (
    ("数据库 Database", server),
    ("数据库结构 Structure", structure),
    ("角色 Role", roles),
    ("时钟 Clock", clock),
    ("加密密钥 Sealing keys", sealing_keys),
)
