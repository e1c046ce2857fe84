"""The processes that `serve` starts: `python -m service.commands.processes KIND NAME [SOCKET]`.

Each ends when its standard input is closed, which happens when the supervisor dies, however it dies.
"""

import asyncio
import logging
import os
import socket
import sys
import threading

from service.commands.installation import located
from service.kit import logs
from service.kit.config import Settings
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)

#: Seconds that running requests may take to finish when an API process is asked to stop.
FAREWELL = 30


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision, once it answers."""
    from service.commands.upgrading import bring_up_to_date

    bring_up_to_date(settings, patience=60)


def api(settings: Settings, descriptor: int) -> None:
    """Answer HTTP on a socket that listens already and that other processes may share."""
    import uvicorn

    from service.app import create_app

    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,  # kit/conversation.py writes one without addresses and paths
        server_header=False,
        ws="none",
        proxy_headers=False,  # kit/addresses.py decides whom to believe
        timeout_graceful_shutdown=FAREWELL,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def worker(settings: Settings) -> None:
    """Run jobs."""
    from service.worker import work

    asyncio.run(work(settings))


def _end_with_supervisor() -> None:
    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main(kind: str, name: str, *descriptor: str) -> None:
    _end_with_supervisor()
    settings = Settings()
    logs.configure(name, settings.log)
    settings = located(settings)
    try:
        match kind:
            case "migrate":
                migrate(settings)
            case "api":
                api(settings, *map(int, descriptor))
            case "worker":
                worker(settings)
    except Trouble as trouble:
        logger.error("%s %s", trouble.zh, trouble.en)
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
