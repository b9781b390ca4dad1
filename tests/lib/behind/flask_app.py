"""What a Flask backend does with bodies, forwarding headers and streams."""

import hashlib

from flask import Flask, Response, request

app = Flask(__name__)


@app.post("/echo")
def echo():
    return {"host": request.host, "url": request.url, "body": request.get_data(as_text=True),
            "proto": request.headers["X-Forwarded-Proto"], "for": request.headers["X-Forwarded-For"]}


@app.route("/sum", methods=["POST", "PUT"])
def sum_of_body():
    found, size = hashlib.sha256(), 0
    while piece := request.stream.read(65536):
        found.update(piece)
        size += len(piece)
    return {"size": size, "sha256": found.hexdigest()}


@app.get("/bytes/<int:size>")
def some_bytes(size):
    return Response((b"x" * min(65536, size - at) for at in range(0, size, 65536)),
                    mimetype="application/octet-stream")


@app.get("/events")
def events():
    return Response((f"data: {i}\n\n" for i in range(3)), mimetype="text/event-stream")
