"""`/docs`: the OpenAPI document in a browser, whole from this installation, for its network may be closed."""

from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

#: The package carries the releases of Swagger UI; nothing else of it is used.
ASSETS = files("fastapi_offline") / "static"

#: Swagger UI sets styles of its elements and carries its icons with it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Servicedesk</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

# without `validatorUrl: null` it would ask a service in the internet what that thinks of the document
START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


def install(app: FastAPI) -> None:
    """Let the app show its document."""
    app.add_route("/docs", _page, include_in_schema=False)
    app.add_route("/docs/start.js", _start, include_in_schema=False)
    app.add_route("/docs/swagger-ui.css", _asset, include_in_schema=False)
    app.add_route("/docs/swagger-ui-bundle.js", _asset, include_in_schema=False)


async def _page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


async def _start(_: Request) -> Response:
    return Response(START, media_type="text/javascript")


async def _asset(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    return FileResponse(str(ASSETS / name), headers={"Cache-Control": "max-age=86400"})
