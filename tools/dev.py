"""Sets up .venv from the locked requirements and runs a task in it. Standard library only.

./dev run [options of `recommender serve`]   serve the app
./dev test [arguments of pytest]             pass the tests, a real browser included
           tests/browser --browser firefox   those of pages in Firefox instead
./dev bench [section] [--json FILE]          measure speed, beside other rule engines
./dev soak [NAME …] [--minutes M]            prove it over hours: kills, faults, attacks, load
./dev lock                                   renew the locked requirements (needs uv)
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BENCH = ROOT / ".venv-bench"  # other rule engines stay out of the environment that is tested
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
BIN = VENV / SCRIPTS
PYTHON = BIN / "python"
HEADLESS = "chromium-headless-shell"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOXES = ("firefox-esr", "firefox")
MAC_BROWSERS = tuple(
    Path(f"/Applications/{name}.app/Contents/MacOS/{name}")
    for name in ("Google Chrome", "Chromium")
)


def run(*command: object, **options: object) -> None:
    """Run a command, or stop with its exit status."""
    done = subprocess.run([str(part) for part in command], **options)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(done.returncode)


def debian(why: str, *packages: str) -> None:
    """Install Debian packages where we may; else say which command does."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"{why} On Debian or Ubuntu: sudo {' '.join(command)}")
    print(f"{why} Installing: {' '.join(packages)}", flush=True)
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    run("apt-get", "update", "-qq", **quiet)
    run(*command, "-qq", **quiet)


def environment(lock: str, venv: Path = VENV) -> None:
    """Make an environment hold what requirements/<lock>.txt names, and this project."""
    stamp = venv / f".{lock}"
    files = [ROOT / "requirements" / f"{lock}.txt", ROOT / "setup.cfg", Path(__file__)]
    content = b"".join(file.read_bytes() for file in files) + sys.version.encode()
    wanted = hashlib.sha256(content).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not (venv / SCRIPTS / "pip").exists():
        try:
            import ensurepip  # noqa: F401  (Debian keeps it in a package of its own)
        except ImportError:
            debian("Python's venv module is missing.", "python3-venv")
        print(f"Setting up {venv.name}", flush=True)
        run(sys.executable, "-m", "venv", "--clear", venv)
    print(
        f"Installing the locked requirements ({lock}); this takes a minute the first time",
        flush=True,
    )
    python = venv / SCRIPTS / "python"
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", files[0])
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted)


def browser() -> str:
    """The path of a Chromium, installed if need be."""
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, BROWSERS), *map(str, MAC_BROWSERS)]
    path = next((path for path in found if path and Path(path).exists()), None)
    if path:
        return path
    debian("No Chromium was found (or name one: CHROMIUM=/path).", "chromium", "fonts-dejavu-core")
    return shutil.which("chromium") or sys.exit("Chromium was installed but is not on the PATH.")


def browser_without_windows() -> None:
    """Beside it, where it can be had: most tests take it, and half the time."""
    if not shutil.which(HEADLESS) and packaged(HEADLESS):
        debian("No Chromium without windows was found.", HEADLESS)


def packaged(name: str) -> bool:
    """Whether we may install packages here, and this is one of them."""
    if not shutil.which("apt-cache") or os.geteuid() != 0:
        return False
    told = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True).stdout
    return "Candidate:" in told and "Candidate: (none)" not in told


def driver() -> None:
    """Playwright's own Node needs libatomic, which a small Debian lacks."""
    where = "import playwright; print(playwright.__path__[0] + '/driver/node')"
    node = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True).stdout.strip()
    try:
        works = subprocess.run([node, "--version"], capture_output=True).returncode == 0
    except OSError:
        works = False
    if not works:
        debian("Playwright's driver does not start.", "libatomic1")


def task_run(arguments: list[str]) -> None:
    environment("run" if not (VENV / ".dev").exists() else "dev")
    os.execv(BIN / "recommender", ["recommender", "serve", *arguments])


def task_test(arguments: list[str]) -> None:
    environment("dev")
    driver()
    if not shutil.which("redis-server"):
        debian("No Redis was found; tests count limits in one.", "redis-server")
    # On every core, a file at a time, the browser's long ones first, so that all cores end
    # together; chosen files as whoever names them likes.
    named = any("tests" in one or one.startswith("-n") for one in arguments)
    spread = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    chosen = arguments if named else [*spread, *arguments]
    browser_without_windows()
    if "firefox" in arguments and not any(map(shutil.which, FIREFOXES)):
        debian("No Firefox was found.", "firefox-esr")
    # Compiled modules are kept whatever the shell says: many tests start processes of their own.
    set_up = {"CHROMIUM": browser(), "PYTHONDONTWRITEBYTECODE": ""}
    run(PYTHON, "-m", "pytest", *chosen, cwd=ROOT, env=os.environ | set_up)


def task_bench(arguments: list[str]) -> None:
    environment("bench", BENCH)
    run(BENCH / SCRIPTS / "python", "-m", "tools.bench", *arguments, cwd=ROOT)


def task_soak(arguments: list[str]) -> None:
    environment("dev")
    run(PYTHON, "-m", "tools.soak", *arguments, cwd=ROOT)


def task_lock(arguments: list[str]) -> None:
    compile_ = [
        "uv",
        "pip",
        "compile",
        "-q",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
        "setup.cfg",
        "requirements/build.in",
    ]
    pdf = ["--extra", "pdf"]
    locks = {
        "run": pdf,
        "server": [
            *pdf,
            "--extra",
            "postgres",
            "--extra",
            "gunicorn",
            "--extra",
            "metrics",
            "--extra",
            "redis",
            "--extra",
            "passwords",
        ],
        "dev": [*pdf, "--extra", "test"],
        "bench": ["requirements/bench.in"],
    }
    for name, extras in locks.items():
        run(*compile_, *extras, *arguments, "-o", f"requirements/{name}.txt", cwd=ROOT)


TASKS = {
    "run": task_run,
    "test": task_test,
    "bench": task_bench,
    "soak": task_soak,
    "lock": task_lock,
}

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in TASKS:
        sys.exit(f"usage: ./dev {'|'.join(TASKS)} …\n\n{__doc__}")
    TASKS[name](sys.argv[2:])
