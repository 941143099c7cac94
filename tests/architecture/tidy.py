"""The house rules that no linter knows, each a function from the root of a checkout to sentences.

A rule reads the source and never imports it: a room with broken imports can still be judged, and
a violation can be planted in a temporary folder to see that the rule finds it (`test_tidy.py`).
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500

# Started by somebody other than an import: the command, `python -m`, a child process, alembic.
ENTRY_POINTS = {
    "terminal.__main__",
    "terminal.cli",
    "terminal.till.courier_process",
    "terminal.wording.catalogue",
}

PURE_ROOMS = ("loyalty", "barcodes")
PURE_LIBRARY = frozenset(
    """__future__ abc array base64 binascii bisect calendar collections contextlib copy dataclasses
    datetime decimal enum fractions functools hashlib heapq hmac itertools json math numbers operator re
    string struct textwrap types typing unicodedata zlib""".split()
)
# Pure parts of modules that are not: a UUID is a value, `uuid.uuid4` is chance.
PURE_PARTS = ("uuid.UUID", "urllib.parse")
# `hash` and `id` differ from one process to the next.
IMPURE_BUILTINS = frozenset({"open", "print", "input", "hash", "id", "eval", "exec", "__import__"})
CLOCK_METHODS = frozenset({"now", "today", "utcnow"})
EXACT_MATH = frozenset(
    {"gcd", "lcm", "isqrt", "comb", "perm", "prod", "factorial", "ceil", "floor"}
)

HTTP_ROOMS = ("terminal.till.sync", "terminal.till.devices.fiscal", "terminal.server.outreach")
HTTP_MODULES = ("http.client", "urllib.request")

# Names that say nothing, or only that "it does things"; DESIGN's words say what a thing is.
EMPTY_NOUNS = frozenset(
    """util utils helper helpers misc handler handlers service services controller controllers
    processor processors""".split()
)
EMPTY_MODULES = EMPTY_NOUNS | {"common", "base", "core", "data", "info", "item", "items"}
EMPTY_CLASSES = EMPTY_NOUNS | {"common", "base", "core", "data", "info", "item"}
BARE_NAMES = frozenset({"common", "data", "info", "item", "status", "type", "state"})
EMPTY_VERBS = re.compile(r"^_*(process|handle|perform)(_|$)|^_*do_[a-z]")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[Path], list[str]]


# --- reading -----------------------------------------------------------------------------------


def sources(root: Path, *rooms: str) -> Iterator[Path]:
    """Python files of terminal/, or of the rooms named (a room may be one file)."""
    terminal = root / "terminal"
    for room in rooms or ("",):
        yield from sorted((terminal / room).rglob("*.py") if room else terminal.rglob("*.py"))
        if room and (terminal / f"{room}.py").is_file():
            yield terminal / f"{room}.py"


@cache
def _parsed(path: Path, _modified_ns: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def tree(path: Path) -> ast.Module:
    return _parsed(path, path.stat().st_mtime_ns)


def place(root: Path, path: Path, node: ast.AST | None = None) -> str:
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(root).as_posix()}" + (f":{line}" if line else "")


def module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_migration(path: Path) -> bool:
    """Alembic loads these by their path, and their form is its own."""
    return "migrations" in path.parts


def imports(root: Path, path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each import as (statement, dotted name); `from a import b` counts as `a` and as `a.b`."""
    package = module_name(root, path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                origin = ".".join([*package[: len(package) - node.level + 1], origin]).rstrip(".")
            yield node, origin
            for alias in node.names:
                yield node, f"{origin}.{alias.name}"


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


# --- size and captions ---------------------------------------------------------------------------


def functions_fit_on_a_screen(root: Path) -> list[str]:
    """A function that does not fit on a screen does several things: give each a name."""
    return [
        f"{place(root, path, node)}: {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"
        for path in sources(root)
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def files_have_one_subject(root: Path) -> list[str]:
    """A file that long has more than one subject: find the second one and give it a file."""
    return [
        f"{place(root, path)}: {length} lines, at most {FILE_LINES_MAX}"
        for path in sources(root)
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES_MAX
    ]


def everything_has_a_caption(root: Path) -> list[str]:
    """The first thing in a package or module is a docstring that says what it is for."""
    found = []
    for path in sources(root):
        if not is_migration(path) and not ast.get_docstring(tree(path)):
            found.append(f"{place(root, path)}: has no caption (a docstring at its top)")
    folders = {path.parent for path in sources(root) if path.parent.name != "versions"}
    for folder in sorted(folders):
        if not (folder / "__init__.py").is_file():
            found.append(f"{place(root, folder)}: has no __init__.py, so no caption either")
    return found


def no_module_is_dead(root: Path) -> list[str]:
    """What nobody imports and nobody starts is not finished or not needed."""
    alive = set(ENTRY_POINTS)
    modules = {module_name(root, path): path for path in sources(root)}
    for name, path in modules.items():
        used = {imported for _, imported in imports(root, path)} | set(_named_in_text(path))
        for imported in used:
            if imported != name:
                parts = imported.split(".")
                alive.update(".".join(parts[: end + 1]) for end in range(len(parts)))
    return [
        f"{place(root, path)}: nobody imports {name}"
        for name, path in modules.items()
        if name != "terminal" and name not in alive and not is_migration(path)
    ]


def _named_in_text(path: Path) -> Iterator[str]:
    """Modules named in a string: for a lazy import, or to start a child process."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            match = re.fullmatch(r"(terminal(?:\.\w+)+)(?::\w+)?", node.value)
            if match:
                yield match[1]


# --- names ---------------------------------------------------------------------------------------


def names_say_what_a_thing_is(root: Path) -> list[str]:
    """A name that would fit anything tells nothing; the words are in DESIGN and README."""
    found = []
    for path in sources(root):
        if is_migration(path):
            continue
        room = path.parent.name if path.name == "__init__.py" else path.stem
        if words(room)[-1:] and _is_empty_module(room):
            found.append(f"{place(root, path)}: {room!r} is no name for a module")
        for node, name, verdict in _bad_names(tree(path)):
            found.append(f"{place(root, path, node)}: {name!r} {verdict}")
    return found


def words(name: str) -> list[str]:
    """`SlipPrinter`, `slip_printer` and `_slip_printer` are all slip, printer."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def _is_empty_module(name: str) -> bool:
    last = words(name)[-1]
    return name in EMPTY_MODULES or last in EMPTY_NOUNS or last in {"manager", "managers"}


def _bad_names(module: ast.Module) -> Iterator[tuple[ast.AST, str, str]]:
    # What a class overrides was named by somebody else: Qt's models have a method `data`.
    inherited = {
        method
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and node.bases
        for method in node.body
        if isinstance(method, FUNCTIONS)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            parts = words(node.name)
            if parts and parts[-1] in EMPTY_CLASSES:
                yield node, node.name, "is no name for a class"
            elif len(parts) > 1 and parts[-1] == "manager":
                yield node, node.name, "is no name for a class: a manager is a person"
        elif isinstance(node, FUNCTIONS):
            if EMPTY_VERBS.match(node.name):
                yield node, node.name, "does not say what the function does"
            elif words(node.name)[-1:] and words(node.name)[-1] in EMPTY_NOUNS:
                yield node, node.name, "does not say what the function is about"
            if node not in inherited:
                yield from _bad_bare_names(node)


def _bad_bare_names(node: Function) -> Iterator[tuple[ast.AST, str, str]]:
    if node.name in BARE_NAMES:
        yield node, node.name, "needs a word more: whose, or of what?"
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in named:
        if argument.arg in BARE_NAMES or argument.arg in EMPTY_NOUNS:
            yield argument, argument.arg, "needs a better word: whose, or of what?"


# --- purity --------------------------------------------------------------------------------------


def rules_are_pure(root: Path) -> list[str]:
    """`loyalty` and `barcodes` get time, ids and chance as arguments and touch nothing outside.

    Only so do the till, the server, a replay over the past and a test come to the same answer.
    """
    found = []
    for path in sources(root, *PURE_ROOMS):
        for statement, name in imports(root, path):
            # `from uuid import UUID` is judged by what it takes, not by where it takes it from.
            is_origin = isinstance(statement, ast.ImportFrom) and statement.module == name
            if not is_origin and not _is_pure(name):
                found.append(f"{place(root, path, statement)}: imports {name}, which is not pure")
        hashing = {
            inner
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef) and node.name == "__hash__"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node not in hashing:
                found += [f"{place(root, path, node)}: {why}" for why in _impurity(node)]
    return sorted(set(found))


def _is_pure(name: str) -> bool:
    top = name.partition(".")[0]
    return (
        top == "terminal"
        or top in PURE_LIBRARY
        or any(is_within(name, part) for part in PURE_PARTS)
    )


def _impurity(call: ast.Call) -> Iterator[str]:
    called = call.func
    if isinstance(called, ast.Name) and called.id in IMPURE_BUILTINS:
        yield f"{called.id}() is not the same everywhere, or touches the world"
    elif isinstance(called, ast.Attribute):
        if called.attr in CLOCK_METHODS:
            yield f".{called.attr}() reads a clock; the time is an argument"
        elif called.attr == "astimezone" and not call.args and not call.keywords:
            yield ".astimezone() without a zone reads the machine's"


def money_is_whole(root: Path) -> list[str]:
    """Money and units are integers; a float anywhere on their way loses cents."""
    found = []
    for path in sources(root, "loyalty"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
                found.append(f"{place(root, path, node)}: {node.value} is a float")
            elif isinstance(node, ast.Name) and node.id in {"float", "complex"}:
                found.append(f"{place(root, path, node)}: speaks of {node.id}")
            elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
                found.append(f"{place(root, path, node)}: / makes a float; use // or divmod")
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "math"
                and node.attr not in EXACT_MATH
            ):
                found.append(f"{place(root, path, node)}: math.{node.attr} works in floats")
    return found


# --- doors that stay shut ------------------------------------------------------------------------


def tables_are_private(root: Path) -> list[str]:
    """`schema` belongs to its database room: others ask that room's questions, not its tables."""
    found = []
    for path in sources(root):
        own = module_name(root, path)
        for node, name in imports(root, path):
            match = re.match(r"(terminal\.\w+\.database)\.schema(\.|$)", name)
            if match and not is_within(own, match[1]):
                found.append(f"{place(root, path, node)}: {own} looks into {match[1]}.schema")
    return sorted(set(found))


def only_the_line_speaks_http(root: Path) -> list[str]:
    """The shop never waits for the network, so only the rooms made for it may use it.

    Third-party clients are watched by import-linter; it cannot tell `http.client` from `http`.
    """
    return sorted(
        {
            f"{place(root, path, node)}: imports {name} outside of {', '.join(HTTP_ROOMS)}"
            for path in sources(root)
            for node, name in imports(root, path)
            if name in HTTP_MODULES
            and not any(is_within(module_name(root, path), room) for room in HTTP_ROOMS)
        }
    )


def packaging_is_a_folder(root: Path) -> list[str]:
    """As a package it would shadow the PyPI module `packaging`, which pytest needs."""
    return [
        f"{place(root, path)}: must not be there"
        for path in sorted((root / "packaging").rglob("__init__.py"))
    ]


def locks_hold_no_address(root: Path) -> list[str]:
    """Whoever installs takes the files from an index of their own choice."""
    return [
        f"{place(root, path)}:{number}: {line.strip()}"
        for path in sorted(root.glob("*.lock"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\w+://|--(extra-)?index-url|--find-links|--trusted-host", line)
    ]


def each_program_has_its_contract(root: Path) -> list[str]:
    """The floors of the till and of the server are kept by import-linter, once they are built."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    kept = {
        container
        for contract in contracts
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract.get("containers", ())
    }
    return [
        f"pyproject.toml: no exhaustive layers contract for terminal.{program}"
        for program in ("till", "server")
        if (root / "terminal" / program).is_dir() and f"terminal.{program}" not in kept
    ]


RULES: tuple[Rule, ...] = (
    functions_fit_on_a_screen,
    files_have_one_subject,
    everything_has_a_caption,
    no_module_is_dead,
    names_say_what_a_thing_is,
    rules_are_pure,
    money_is_whole,
    tables_are_private,
    only_the_line_speaks_http,
    packaging_is_a_folder,
    locks_hold_no_address,
    each_program_has_its_contract,
)
