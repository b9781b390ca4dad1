"""Who the gateway is compared with, each with one worker, tuned, its access log off."""

import subprocess

from harness import ports
from harness.compiled import compiled
from harness.processes import Process, wait_for_port

NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 20000; multi_accept on; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 300s; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream origin {{ server 127.0.0.1:{origin}; keepalive 256; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=8192;
    location / {{
      proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
HAPROXY = """global
  nbthread 1
  maxconn 9300
  maxpipes 256
defaults
  mode http
  timeout client 300s
  timeout connect 5s
  timeout server 300s
  option forwardfor
  option splice-response
frontend public
  bind 127.0.0.1:{port} backlog 8192
  http-request set-header X-Forwarded-Proto http
  default_backend origin
backend origin
  http-reuse always
  server origin 127.0.0.1:{origin}
"""
H2O = """num-threads: 1
user: {user}
max-connections: 20000
http1-request-timeout: 300
proxy.timeout.keepalive: 100000
listen: {{host: 127.0.0.1, port: {port}}}
hosts:
  default:
    paths:
      "/": {{proxy.reverse.url: "http://127.0.0.1:{origin}/", proxy.preserve-host: ON}}
"""


class Peer:
    """A proxy started with `command` on the file made of `text`; {file} in the command is that file."""

    text = ""
    command = ()

    def __init__(self, folder, origin_port, core):
        folder.chmod(0o777)  # a peer that was started as root writes as another user
        self.port = ports.reserve()
        file = folder / "peer.conf"
        user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        file.write_text(self.text.format(folder=folder, port=self.port, origin=origin_port, user=user))
        words = [word.format(file=file, folder=folder, port=self.port, origin=origin_port, relay=compiled("relay"))
                 for word in self.command]
        self._process = Process(words, core=core, log=folder / "log", folder=folder)
        self.pid = self._process.pid
        wait_for_port(self.port)

    def stop(self):
        self._process.stop()
        ports.release(self.port)


class Nginx(Peer):
    text, command = NGINX, ("nginx", "-p", "{folder}", "-c", "{file}")


class Haproxy(Peer):
    text, command = HAPROXY, ("haproxy", "-f", "{file}", "-db")


class H2o(Peer):
    text, command = H2O, ("h2o", "-c", "{file}")


class Relay(Peer):
    """Parses nothing: what all others are measured against."""

    command = ("{relay}", "{port}", "{origin}")
