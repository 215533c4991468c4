"""nginx on loopback that serves made feeds, gzip and validators included, under as many hosts as there are feeds."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn; {user}
worker_rlimit_nofile 20000;
events {{ worker_connections 16000; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 300; keepalive_requests 1000000;
  open_file_cache max=5000 inactive=600s; gzip_static on; gzip_vary on;
  types {{ application/rss+xml rss; application/atom+xml atom; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 0.0.0.0:{port}; allow 127.0.0.0/8; deny all; root {feeds}; }}
}}
"""


def addresses(port: int, names: list[str], count: int) -> list[str]:
    """One address a feed, each at a host of its own; more feeds than files read the same files under other hosts."""
    hosts = (f"127.{1 + n // 62_500}.{n // 250 % 250}.{1 + n % 250}" for n in range(count))
    return [f"http://{host}:{port}/{names[n % len(names)]}" for n, host in enumerate(hosts)]


@contextmanager
def serving(feeds: Path, folder: Path, port: int) -> Iterator[None]:
    """nginx with these files at `port` of every loopback address; ends it afterwards."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    user = "user root;" if os.geteuid() == 0 else ""  # its worker must read what the benchmark wrote
    file = folder / "nginx.conf"
    file.write_text(CONFIG.format(folder=folder, feeds=feeds.resolve(), port=port, user=user))
    server = subprocess.Popen([program, "-c", str(file), "-e", str(folder / "error.log")])
    try:
        while not (folder / "nginx.pid").exists():  # written when its sockets listen
            if server.poll() is not None:
                raise SystemExit(f"nginx did not start; try another --port: {(folder / 'error.log').read_text()}")
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)
