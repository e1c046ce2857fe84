"""`servicedesk openapi` and `servicedesk lifecycle`: what the service is, written out."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.kit.trouble import Trouble


def openapi(
    write: Annotated[
        bool, typer.Option("--write", help="更新随包文件。Render it anew into the package, for developers.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="写入文件。Write to a file.")
    ] = None,
) -> None:
    """输出接口文档。Print the OpenAPI 3.1 document of the HTTP API.

    Exit codes: 0 done; 1 the file cannot be written; 2 wrong usage.
    """
    from service.app import OPENAPI, assemble
    from service.kit.openapi import rendered

    try:
        if write:
            document = json.dumps(rendered(assemble()), ensure_ascii=False, indent=2) + "\n"
            Path(str(OPENAPI)).write_text(document)
        if output is not None:
            output.write_text(OPENAPI.read_text())
    except OSError as error:
        raise _cannot_write(error) from error
    if not write and output is None:
        typer.echo(OPENAPI.read_text(), nl=False)


def lifecycle(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="写入文件。Write to a file.")
    ] = None,
) -> None:
    """输出生命周期表。Print what each role may do with a request in each status, as a Markdown page.

    Exit codes: 0 done; 1 the file cannot be written; 2 wrong usage.
    """
    from service.requests.rules.page import lifecycle_page

    if output is None:
        typer.echo(lifecycle_page(), nl=False)
        return
    try:
        output.write_text(lifecycle_page())
    except OSError as error:
        raise _cannot_write(error) from error


def _cannot_write(error: OSError) -> Trouble:
    return Trouble(
        f"无法写入 {error.filename}：{error.strerror}。",
        f"Cannot write {error.filename}: {error.strerror}.",
    )
