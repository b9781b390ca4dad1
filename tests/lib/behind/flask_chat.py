"""A chat's backend: whoever asks needs a token that JWT_SECRET_KEY has signed; flask_chat.py PORT SECRET."""

import functools
import sys

import jwt
from flask import Flask, request

app = Flask(__name__)


def token_required(view):
    @functools.wraps(view)
    def asked(*args, **kwargs):
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            said = jwt.decode(token, app.config["JWT_SECRET_KEY"], algorithms=["HS256"]) if kind == "Bearer" else None
        except jwt.InvalidTokenError:
            said = None
        if said is None:
            return {"error": "Authentication required"}, 401
        request.current_user = {"user_id": said["user_id"], "email": said["email"], "role": said.get("role", "user")}
        return view(*args, **kwargs)
    return asked


@app.get("/api/users/me")
@token_required
def me():
    return {"token": request.current_user,
            "headers": {"user_id": request.headers["X-User-ID"], "email": request.headers["X-User-Email"],
                        "role": request.headers["X-User-Role"]}}


if __name__ == "__main__":
    app.config["JWT_SECRET_KEY"] = sys.argv[2]
    app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
