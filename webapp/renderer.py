"""renderer.py CACHE OUTPUT: packs the renderer of /docs, Scalar's standalone build, into OUTPUT.

npm installs it as package-lock.json says, without running any package's scripts, into a folder that is
removed again. What is kept of it lies in CACHE, under the name of that lock file's content, for further builds.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pack import pack

HERE = Path(__file__).parent
FILE = "node_modules/@scalar/api-reference/dist/browser/standalone.js"


def fetch(kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, folder)
        if subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder,
                          stdout=subprocess.DEVNULL).returncode != 0:
            sys.exit("npm could not install the renderer of /docs (webapp/package-lock.json).")
        os.replace(Path(folder, FILE), kept)  # whole or not at all, whoever else builds


def main(cache: Path, output: Path) -> None:
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    kept = cache / f"renderer-{lock[:16]}.js"
    if not kept.exists():
        fetch(kept)
    pack(kept, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
