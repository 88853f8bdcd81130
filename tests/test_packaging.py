"""What is built is what is in the tree, and works where no tree is."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DATA = (
    "rules",
    "templates",
    "recommender/render",
    "recommender/web/static",
    "recommender/translations",
    "recommender/evidence",
)
"""The folders whose files are no Python, as they are in the tree."""

pytestmark = pytest.mark.slow


def call(*command: object, cwd: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A clean copy of what git holds or would hold: no build/ of yesterday, nothing ignored."""
    copy = tmp_path_factory.mktemp("tree")
    names = call("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def built(tree) -> Path:
    """The folder with the sdist, and the wheel built from that sdist."""
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", tree / "dist", tree, cwd=tree)
    return tree / "dist"


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    [path] = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment that holds nothing but the wheel and sees the locked requirements."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", place / "bin" / "python", "install"]
    call(*pip, "-q", "--no-deps", "--no-index", "--disable-pip-version-check", wheel, cwd=place)
    packages = sysconfig.get_path("purelib", vars={"base": str(place)})
    # The requirements come from the environment of the tests, so that no network is needed.
    # The editable install there is not followed: it hangs on a .pth file of its own.
    (Path(packages) / "requirements.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place


def files_of(tree: Path, folder: str) -> set[str]:
    """The files below a folder, named as they are within the package."""
    below = (tree / folder).rglob("*")
    names = (path.relative_to(tree).as_posix() for path in below if path.is_file())
    return {f"recommender/{name.removeprefix('recommender/')}" for name in names}


@pytest.mark.parametrize("folder", DATA)
def test_the_wheel_holds_the_files_of_the_tree_byte_for_byte(tree, wheel, folder):
    with zipfile.ZipFile(wheel) as content:
        inside = f"recommender/{folder.removeprefix('recommender/')}/"
        below = (name for name in content.namelist() if name.startswith(inside))
        held = {name for name in below if not name.endswith(".py")}
        assert held == {name for name in files_of(tree, folder) if not name.endswith(".py")}
        assert held
        for name in held:
            kept = name if (tree / name).exists() else name.removeprefix("recommender/")
            assert content.read(name) == (tree / kept).read_bytes()


def test_the_wheel_holds_every_module_and_nothing_else(tree, wheel):
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    modules = {path.relative_to(tree).as_posix() for path in (tree / "recommender").rglob("*.py")}
    data = set().union(*(files_of(tree, folder) for folder in DATA))

    kept = {name for name in names if ".dist-info/" not in name}
    assert kept == modules | data


def test_the_sdist_holds_all_that_a_wheel_is_built_from(tree, built):
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as content:
        names = {name.partition("/")[2] for name in content.getnames()}

    wanted = {"setup.cfg", "pyproject.toml", "README.md", "LICENSE"}
    for folder in ("rules", "templates", "recommender"):
        below = (tree / folder).rglob("*")
        wanted |= {path.relative_to(tree).as_posix() for path in below if path.is_file()}
    assert wanted - names == set()


def test_the_installed_command_ranks_from_another_folder(installed, tmp_path):
    (tmp_path / "answers.json").write_text(
        '{"primary_goal": "customer_service", "organisation": "consumer_business",'
        ' "audience_activity": ["asks_questions"], "content_strengths": ["short_updates"]}'
    )

    said = call(
        installed / "bin" / "recommender", "recommend", "answers.json", "--lang", "en", cwd=tmp_path
    )

    assert said.startswith("Start with a microblog")


def test_the_installed_app_serves_its_pages_from_another_folder(installed, tmp_path):
    program = (
        "import recommender\n"
        "from recommender.rulebook import load, shipped\n"
        "from recommender.web.app import create_app\n"
        "client = create_app(load(shipped())).test_client()\n"
        "page = client.get('/?lang=en')\n"
        "style = page.text.split('rel=\"stylesheet\" href=\"')[1].split('\"')[0]\n"
        "print(recommender.__file__, page.status_code, client.get(style).status_code)\n"
    )

    place, page, style = call(installed / "bin" / "python", "-c", program, cwd=tmp_path).split()

    assert Path(place).is_relative_to(installed)
    assert (page, style) == ("200", "200")
