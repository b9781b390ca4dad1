"""Headless Chromium, without anything that it would like to ask the world."""

OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--disable-sync",
           "--disable-dev-shm-usage", "--virtual-time-budget=10000")


def dump(namespace, url, profile):
    """The page as it is after its scripts have run."""
    done = namespace.runs("chromium", *OPTIONS, f"--user-data-dir={profile}", "--dump-dom", url, within=60)
    assert "<html" in done.stdout, done.stdout
    return done.stdout
