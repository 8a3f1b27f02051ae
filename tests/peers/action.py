#!/usr/bin/env python3
"""The steps of action.yml, run as GitHub's runner runs them: does the gate close, and is no input read as shell?

    pip install pyyaml
    cargo build --release && python tests/peers/action.py --binary target/release/pairscore
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOD = "The ferry left the harbour at noon. Nobody on the pier waved after it.\n"
BAD = "The ferry ferry ferry ferry left the harbour at noon. Nobody on the pier waved.\n"


def step(action, home, workspace, given):
    """Exit code and summary of the last step, with these inputs."""
    inputs = {name: given.get(name, about.get("default", "")) for name, about in action["inputs"].items()}
    last = action["runs"]["steps"][-1]
    values = {}
    for name, template in last["env"].items():
        key = template.removeprefix("${{ inputs.").removesuffix(" }}")
        values[name] = inputs[key]
    summary = home / "summary.md"
    summary.write_text("")
    environment = os.environ | values | {"HOME": str(home), "GITHUB_STEP_SUMMARY": str(summary)}
    script = home / "step.sh"
    script.write_text(last["run"])
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    ended = subprocess.run(shell, cwd=workspace, env=environment, capture_output=True, text=True)
    return ended.returncode, summary.read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=pathlib.Path)
    binary = parser.parse_args().binary.resolve()
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        home, workspace = pathlib.Path(folder) / "home", pathlib.Path(folder) / "work"
        (home / ".cache/pairscore-action/bin").mkdir(parents=True)
        (home / ".cache/pairscore-action/bin/pairscore").symlink_to(binary)
        for name, text in [("o", GOOD), ("good", GOOD), ("bad", BAD)]:
            (workspace / name).mkdir(parents=True)
            (workspace / name / "ferry.txt").write_text(text)
        folders = lambda name: {"original": "o", "translation": name}
        cases = [
            ("good translations pass", folders("good"), 0),
            ("a fault closes the gate", folders("bad") | {"fail-on": "minor"}, 1),
            ("two gates are two", folders("bad") | {"fail-on": "", "fail-under": "chrf=10 similarity=99"}, 1),
            ("a folder that is not there is an error", folders("gone"), 2),
            ("an input is no shell", folders("good") | {"pipeline": "$(touch hit); touch hit"}, 2),
        ]
        for what, given, expected in cases:
            code, summary = step(action, home, workspace, given)
            if code != expected or not summary.startswith("```\n") or not summary.endswith("```\n"):
                faults.append(f"{what}: exit {code}, expected {expected}\n{summary}")
        if list(workspace.rglob("hit")):
            faults.append("an input was read as shell")
        if not (workspace / "pairscore-report/report.html").is_file():
            faults.append("no report was written")
    print("\n".join(faults) or f"{len(cases)} cases of the action end as they should")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
