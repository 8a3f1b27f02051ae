"""sacreBLEU's answer to a case of generator.py.

sacreBLEU's `main()` runs inside this process, because starting one a case would
take most of the time. Its standard output is caught at the file descriptor, so
the bytes are those that a separate process would write into a file.

This is a library for make.py and fuzz.py. Run directly, it checks itself against
separate processes of sacreBLEU on random cases:

    python3 oracle.py [SEED [CASES]]

It needs an installed sacrebleu (2.6.0, with numpy 2).
"""

import contextlib
import functools
import io
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import types
import warnings

import sacrebleu.sacrebleu
import sacrebleu.utils

import generator

class Failure(Exception):
    """sacreBLEU gave no answer; the message says why."""


def arguments(case):
    """sacreBLEU's arguments for the case."""
    return [*case["references"], "-i", *generator.system_order(case), *case["options"]]


def needs_float32(case):
    """Whether the answer is paired JSON, which sacreBLEU cannot always write.

    With numpy 2 the means of chrF and TER are single-precision numbers, which
    the json module refuses. They are written as the doubles of the same value.
    """
    options = generator.parse_options(case["options"])
    paired = "--paired-bs" in options or "--paired-ar" in options
    return paired and options.get("--format", "json") == "json"


@contextlib.contextmanager
def widened_json():
    original = sacrebleu.utils.json
    dumps = functools.partial(json.dumps, default=float)
    sacrebleu.utils.json = types.SimpleNamespace(dumps=dumps, loads=json.loads)
    try:
        yield
    finally:
        sacrebleu.utils.json = original


@contextlib.contextmanager
def standard_streams(output):
    """Points the descriptors 0 and 1 at nothing and at the file `output`.

    sacreBLEU opens both descriptors again and leaves the new objects in
    sys.stdin and sys.stdout: they are closed here, and both are restored.
    """
    saved_objects = sys.stdin, sys.stdout
    sys.stdout.flush()
    saved = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output.fileno(), 1)
    os.close(nothing)
    try:
        yield
    finally:
        for current, original in zip((sys.stdin, sys.stdout), saved_objects):
            if current is not original:
                current.close()
        sys.stdin, sys.stdout = saved_objects
        for descriptor in (0, 1):
            os.dup2(saved[descriptor], descriptor)
            os.close(saved[descriptor])


def run_main(case, directory):
    """Runs sacreBLEU's main() in the directory; returns what it printed."""
    saved = sys.argv, os.getcwd(), dict(os.environ)
    messages = io.StringIO()
    try:
        with tempfile.TemporaryFile() as output:
            os.chdir(directory)
            os.environ.clear()
            os.environ.update(generator.environment(case))
            sys.argv = ["sacrebleu", *arguments(case)]
            # sacreBLEU adds a handler that would keep the stream of the first run.
            logging.getLogger().handlers.clear()
            with contextlib.redirect_stderr(messages), warnings.catch_warnings(), standard_streams(output):
                warnings.simplefilter("ignore")
                try:
                    sacrebleu.sacrebleu.main()
                except SystemExit as stop:
                    if stop.code not in (None, 0):
                        raise Failure(f"exit {stop.code}: {messages.getvalue().strip().splitlines()[-1:]}") from None
            output.seek(0)
            return output.read()
    finally:
        logging.getLogger().handlers.clear()
        sys.argv = saved[0]
        os.chdir(saved[1])
        os.environ.clear()
        os.environ.update(saved[2])


def answer_in(case, directory):
    """As `answer`, for files that are already in the directory."""
    patch = widened_json() if needs_float32(case) else contextlib.nullcontext()
    try:
        with patch:
            return run_main(case, directory)
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"{type(error).__name__}: {error}") from error


def answer(case):
    """The bytes that sacreBLEU prints for the case. Raises Failure if there is no answer."""
    with tempfile.TemporaryDirectory() as directory:
        generator.write_files(case, directory)
        return answer_in(case, directory)


def separate_process(case, directory):
    """The output of a real run of sacreBLEU, or None if it failed."""
    run = subprocess.run(
        [sys.executable, "-m", "sacrebleu", *arguments(case)],
        cwd=directory,
        env=generator.environment(case),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return run.stdout if run.returncode == 0 else None


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "1"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    equal = failed = different = 0
    for number in range(count):
        case = generator.random_case(random.Random(f"{seed} random {number}"))
        with tempfile.TemporaryDirectory() as directory:
            generator.write_files(case, directory)
            expected = separate_process(case, directory)
            try:
                got = answer_in(case, directory)
            except Failure as failure:
                got = None
                print(number, failure)
        if expected is None and (got is None or needs_float32(case)):
            failed += 1
        elif got == expected:
            equal += 1
        else:
            different += 1
            print("differs:", number, case["options"])
    print(f"{equal} equal, {failed} that sacreBLEU cannot answer, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
