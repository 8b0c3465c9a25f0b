"""The ASGI application: one for all schools of a process, found by the Host header.

`create_app` puts together the tables of the faces; `serving.serve` runs the application under uvicorn.
"""

from fedi.server.application import NEGOTIATED, create_app

__all__ = ["NEGOTIATED", "create_app"]
