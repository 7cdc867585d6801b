"""The browser in which tests open the report: one that is here, or else one that is installed.

`make test` runs this file once after each set-up. Where no browser starts and none can be
installed, it keeps the reason, with which the tests that need one are skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

# What playwright downloads stays in the environment, and goes with it.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", "0")
# As commands of Linux, and as applications of macOS.
NAMES = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable"),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]
# A container has no user namespaces for the sandbox; the pages are our own.
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
PLAYWRIGHT = [sys.executable, "-m", "playwright"]


# How root installs one on Debian, and what the driver of playwright may lack on a system with
# little. A mirror out of reach ends it soon.
APT = (
    "o='-qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 "
    "-o DPkg::Lock::Timeout=60'; export DEBIAN_FRONTEND=noninteractive; apt-get $o update; "
    "apt-get $o --yes --no-install-recommends install chromium libatomic1"
)


SECONDS = 600  # for each way; without a network it ends in 10
REASON = Path(sys.prefix) / ".browser"
LOG = Path(sys.prefix) / "browser.log"


def launch(playwright):
    """Start the browser that CHROMIUM names, else the first that starts, else return None."""
    chosen = os.environ.get("CHROMIUM")
    # The last is what playwright downloaded.
    for name in [chosen] if chosen else [*filter(shutil.which, NAMES), None]:
        path = name and (shutil.which(name) or name)
        try:
            return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error:
            if chosen:
                raise
    return None


@contextmanager
def started():
    """Yield a browser that has started, or None where none does."""
    if not run([*PLAYWRIGHT, "--version"]):
        yield None
        return
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        if browser:
            browser.close()


def starts():
    with started() as browser:
        return browser is not None


def run(command):
    """Run a command, and end it with all that it started if it takes too long."""
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            return process.wait(SECONDS) == 0
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            if isinstance(error, subprocess.TimeoutExpired):
                return False
            raise


def install():
    """Try one way after the other until a browser starts; return why none does."""
    LOG.unlink(missing_ok=True)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    os.environ.setdefault("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "5000")
    if not run([*PLAYWRIGHT, "--version"]):
        reason = "the driver of playwright does not start"
    elif not run([*PLAYWRIGHT, "install", "--only-shell", "chromium"]):
        reason = "playwright cannot download one"
    elif starts() or (is_root and run([*PLAYWRIGHT, "install-deps", "chromium"]) and starts()):
        return ""
    else:
        reason = "what playwright downloads does not start"
    if not (is_root and shutil.which("apt-get")):
        other = "apt-get is not here, or not for this user"
    elif run(["sh", "-c", APT]) and starts():
        return ""
    else:
        other = "apt-get cannot install one"
    return f" ({reason}, {other}; see {os.path.relpath(LOG)})"


def reason():
    """Return why no browser starts, and what to do."""
    tried = REASON.read_text(encoding="utf-8") if REASON.is_file() else ""
    return f"no Chromium, Chrome or Edge{tried}: install one, or set CHROMIUM to its path"


def main():
    try:
        if starts():
            tried = ""
        else:
            print("setup: installing a browser for the tests of the report", flush=True)
            tried = install()
    except Error as error:
        sys.exit(f"CHROMIUM={os.environ.get('CHROMIUM')} does not start: {error}")
    # That the one named this time starts says nothing of the next time.
    if not os.environ.get("CHROMIUM"):
        REASON.write_text(tried, encoding="utf-8")


if __name__ == "__main__":
    main()
