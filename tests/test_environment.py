"""`--test-env`: what lies in a folder of the host is found in the sandbox, and only read."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indict_review.errors import ConfigError, ToolError
from indict_review.sandbox.interface import End, Limits
from indict_review.tools.environment import UNUSABLE, Environment
from indict_review.tools.frameworks.interface import Preparation
from indict_review.tools.preparing import KEPT, Preparing
from tests.sandboxes import job

SYSTEM_PYTHON = "/usr/bin/python3"


def venv(folder: Path, python: str = sys.executable) -> Path:
    """A venv with a package, and one more that a .pth file leads to."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/python3.*/site-packages"))
    (packages / "greeting.py").write_text("WORD = 'hello from the venv'\n")
    (packages / "elsewhere").mkdir()
    (packages / "elsewhere" / "distant.py").write_text("WORD = 'found by a .pth file'\n")
    (packages / "distant.pth").write_text("elsewhere\n")
    script = folder / "bin" / "greet"
    script.write_text(f"#!{folder}/bin/python\nimport greeting; print('script:', greeting.WORD)\n")
    script.chmod(0o755)
    return folder


def ran(sandbox, environment, *command, **kw):
    done = sandbox.run(environment.added_to(job(*command, **kw)))
    assert done.end is End.EXITED, done
    return done


SEES = (
    "import distant, greeting, json, sys;"
    "print(json.dumps([greeting.WORD, distant.WORD, sys.prefix != sys.base_prefix]))"
)


def test_packages_of_a_venv_are_found_whatever_python_it_is_of(sandbox, tmp_path):
    environment = Environment.of(venv(tmp_path / "env"))

    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        done = ran(sandbox, environment, name, "-c", SEES)
        assert json.loads(done.output) == ["hello from the venv", "found by a .pth file", True]

    without = sandbox.run(job("python3", "-c", SEES))
    assert "No module named" in without.output


def test_a_venv_of_the_systems_python_uses_the_sandboxs_own(sandbox, tmp_path):
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip("no python3 in /usr/bin")
    environment = Environment.of(venv(tmp_path / "env", SYSTEM_PYTHON))

    assert [mount.target for mount in environment.mounts] == ["/env/0"]
    assert "hello from the venv" in ran(sandbox, environment, "python", "-c", SEES).output


def test_scripts_of_a_venv_run_although_they_name_a_path_of_the_host(sandbox, tmp_path):
    environment = Environment.of(venv(tmp_path / "env"))

    assert ran(sandbox, environment, "greet").output == "script: hello from the venv\n"


def test_the_users_own_path_is_not_seen_and_nothing_can_be_written(sandbox, tmp_path):
    folder = venv(tmp_path / "env")
    look = f"ls {tmp_path}; touch /env/0/new; echo x > /env/0/pyvenv.cfg; ls /env/0/bin | wc -l"

    done = ran(sandbox, Environment.of(folder), "sh", "-c", look)

    assert done.output.count("No such file or directory") == 1
    assert int(done.output.split()[-1]) > 3
    assert not (folder / "new").exists()
    assert "home" in (folder / "pyvenv.cfg").read_text()


def test_of_the_base_interpreter_only_what_it_runs_on_is_shown(tmp_path):
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "lib").mkdir()
    (home / "bin" / "python3").touch()
    (home / "secret").touch()
    folder = tmp_path / "env"
    (folder / "lib/python3.11/site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text(f"home = {home}/bin\n")

    shown = {mount.source for mount in Environment.of(folder).mounts}

    assert shown == {folder, home / "bin", home / "lib"}


def test_a_base_interpreter_that_is_a_link_is_followed(tmp_path):
    real = tmp_path / "real"
    for made in ("real/bin", "real/lib", "links", "env/lib/python3.11/site-packages", "env/bin"):
        (tmp_path / made).mkdir(parents=True)
    (real / "bin" / "python3.11").touch()
    (tmp_path / "links" / "python3").symlink_to(real / "bin" / "python3.11")
    (tmp_path / "env" / "pyvenv.cfg").write_text(f"home = {tmp_path}/links\n")

    environment = Environment.of(tmp_path / "env")

    assert {mount.source for mount in environment.mounts[1:]} == {real / "bin", real / "lib"}
    assert environment.links["tools/env/bin/python"] == "/env/1/bin/python3.11"


def test_an_interpreter_that_the_sandbox_lacks_is_told_before_anything_runs(sandbox, tmp_path):
    folder = tmp_path / "env"
    (folder / "lib/python3.4/site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.4.1\n")
    environment = Environment.of(folder)

    done = ran(sandbox, environment, "python3", "-c", "print('it ran')")

    assert done.exit_code == UNUSABLE
    assert "it ran" not in done.output
    assert environment.needs == "/usr/bin/python3.4"


@pytest.mark.parametrize("name", ["node_modules", "."])
def test_node_modules_are_found_from_the_workspace(sandbox, tmp_path, name):
    package = tmp_path / "node_modules" / "left"
    package.mkdir(parents=True)
    (package / "index.js").write_text("module.exports = 'a package';")
    (tmp_path / "node_modules" / ".bin").mkdir()
    program = tmp_path / "node_modules" / ".bin" / "left"
    program.write_text("#!/usr/bin/env node\nconsole.log('a program')\n")
    program.chmod(0o755)
    environment = Environment.of(tmp_path / name)
    files = {
        "deep/a.js": "console.log(require('left'))",
        "deep/b.mjs": "import left from 'left'; console.log(left)",
    }

    look = "node deep/a.js && node deep/b.mjs && left"
    done = ran(sandbox, environment, "sh", "-c", look, files=files, toolchain="node")

    assert done.output.split("\n")[:3] == ["a package", "a package", "a program"]


def prefix(folder: Path, **programs: str) -> Environment:
    (folder / "bin").mkdir(parents=True)
    for name, text in programs.items():
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    return Environment.of(folder)


def test_any_prefix_puts_its_programs_first(sandbox, tmp_path):
    environment = prefix(tmp_path / "env", make="#!/bin/sh\necho mine\n")

    assert ran(sandbox, environment, "make").output == "mine\n"


def test_a_folder_that_the_sandbox_may_not_enter_is_not_passed_over(sandbox, tmp_path):
    environment = prefix(tmp_path / "env", make="#!/bin/sh\necho mine\n")
    (tmp_path / "env").chmod(0)

    done = ran(sandbox, environment, "make")

    assert done.exit_code == UNUSABLE


def test_a_prefix_with_an_interpreter_runs_that_one(sandbox, tmp_path):
    environment = prefix(
        tmp_path / "env",
        python='#!/bin/sh\nexec /usr/bin/python3 -X mine "$@"\n',
        tool="#!/opt/conda/bin/python\nimport sys; print(sys._xoptions)",
    )

    assert "mine" in ran(sandbox, environment, "tool").output


@pytest.mark.parametrize("made", ["", "lib/x", "pyvenv.cfg"])
def test_what_is_no_environment_is_refused(tmp_path, made):
    if made:
        (tmp_path / made).parent.mkdir(exist_ok=True)
        (tmp_path / made).touch()

    with pytest.raises(ConfigError) as told:
        Environment.of(tmp_path)
    assert told.value.hint


def test_the_root_of_the_machine_is_no_environment():
    with pytest.raises(ConfigError):
        Environment.of(Path("/"))


# Preparation: a "wheel" is any file, and installing is unpacking.

INSTALL = Preparation(
    (
        "sh",
        "-c",
        'for p in $(cat req.txt); do cp "$PIP_FIND_LINKS/$p" ../out/ || exit; done; '
        "chmod +x ../out/*; ln -s tool ../out/link; date +%s%N > ../out/when",
    ),
    ("req.txt",),
    {"PREPARED": "{prepared}"},
)


@pytest.fixture
def preparing(sandbox, tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "tool").write_text("#!/bin/sh\necho installed\n")
    return Preparing(sandbox, tmp_path / "cache", tmp_path / "wheels", Limits(seconds=20))


def when(preparing, locks=None, side="head") -> str:
    environment = preparing.environment(INSTALL, locks or {"req.txt": b"tool"}, "python", side)
    look = 'ls -l "$PREPARED" >&2; "$PREPARED/link" && cat "$PREPARED/when"'
    done = ran(preparing.sandbox, environment, "sh", "-c", look)
    assert "installed\n" in done.output
    assert "link -> tool" in done.output
    return done.output.split()[-1]


def test_what_lock_files_name_is_installed_once_for_each_side(preparing):
    first = when(preparing)

    assert when(preparing) == first
    assert when(preparing, side="base") != first
    assert when(preparing, {"req.txt": b"tool\n"}) != first
    assert when(preparing) == first


def test_an_archive_that_was_tampered_with_is_made_again(preparing):
    first = when(preparing)
    (archive,) = preparing.cache.glob("*/prepared.tar.gz")
    archive.write_bytes(archive.read_bytes()[:-1])

    assert when(preparing) != first


def test_a_new_wheel_is_noticed(preparing):
    first = when(preparing)
    (preparing.wheels / "other").touch()

    assert when(preparing) != first


def test_what_cannot_be_installed_is_told_and_not_kept(preparing):
    with pytest.raises(ToolError, match=r"packages of req.txt could not be installed .*--test-env"):
        when(preparing, {"req.txt": b"absent"})

    assert not preparing.cache.exists()


def test_a_preparation_that_does_not_end_is_told(preparing):
    slow = replace(preparing, limits=Limits(seconds=1))

    with pytest.raises(ToolError, match="longer than 1 seconds"):
        slow.environment(Preparation(("sleep", "60"), ("req.txt",)), {}, "python", "head")


def test_only_so_many_archives_are_kept(preparing):
    when(preparing)
    (kept,) = preparing.cache.iterdir()
    for n in range(KEPT + 3):
        shutil.copytree(kept, preparing.cache / f"old-{n}")

    when(preparing, side="base")

    assert len(list(preparing.cache.iterdir())) == KEPT
