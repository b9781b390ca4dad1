"""A target at a Unix socket."""

import socket
import threading


def test_a_relative_path_starts_at_the_folder_of_the_file(gate):
    """As all paths of the file do, wherever the gateway was started."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(gate.folder / "app"))
        listening.listen()

        def serves():
            target, _ = listening.accept()
            with target:
                target.recv(4096)
                target.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        serving = threading.Thread(target=serves, daemon=True)
        serving.start()
        gate.prefix = ["sh", "-c", 'cd / && exec "$@"', "sh"]
        gate.routes("""
            target_groups: {app: {targets: ["unix:app"]}}
            default: {action: {forward: app}}""")
        assert gate.answer().text == "hello"
        assert gate.record()["target"] == "unix:app"
        serving.join()
