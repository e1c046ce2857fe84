"""`servicedesk serve` and `servicedesk worker`."""

import asyncio
from typing import Annotated

import typer

from service.commands.installation import available
from service.commands.options import Data, Log, settings
from service.commands.supervisor import Plan, Supervisor
from service.kit.trouble import Trouble


def serve(
    host: Annotated[
        str, typer.Option(help="监听地址。Address to listen on; 0.0.0.0 is every network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口。Port; 0 is any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="API 进程数。Number of API processes.")] = 1,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="是否运行后台任务。Whether background jobs run here.")
    ] = True,
    migrate: Annotated[
        bool, typer.Option("--migrate/--no-migrate", help="是否先升级数据库。Whether to migrate first.")
    ] = True,
    data: Data = None,
    log: Log = None,
) -> None:
    """启动服务。Start the service and keep it running: database, API processes and worker.

    The database is its own, below the data directory, unless SERVICEDESK_DATABASE_URL names another. Ends on
    Ctrl-C or SIGTERM after the running requests (at most 30 s); a second signal ends it at once.

    Exit codes: 0 stopped as told; 1 it could not start, the message says why; 2 wrong usage or setting;
    3 another service has the data directory.
    """
    plan = Plan(host=host, port=port, workers=workers, with_worker=worker, migrate=migrate)
    Supervisor(settings(data, log, process="supervisor"), plan, ready=say_ready).run()


def say_ready(address: str) -> None:
    """Tell the person at the terminal."""
    typer.echo(f"服务已就绪 The service is ready: {address}  (Ctrl-C: 停止 stop)")


def worker(data: Data = None, log: Log = None) -> None:
    """运行后台任务。Run background jobs: what `serve` does too, for a machine that does nothing else.

    Ends on Ctrl-C or SIGTERM after the running jobs (at most 30 s).

    Exit codes: 0 stopped as told; 1 the database cannot be reached; 2 wrong usage or setting.
    """
    from procrastinate.exceptions import ConnectorException

    from service.worker import work

    with available(settings(data, log, process="worker")) as found:
        try:
            asyncio.run(work(found))
        except ConnectorException as error:
            raise Trouble(
                "数据库无法访问或尚未升级。请运行 servicedesk doctor 查看原因。",
                "The database cannot be reached or is not migrated. Run `servicedesk doctor` to see why.",
            ) from error
