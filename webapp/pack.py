"""pack.py FILE OUTPUT: FILE in the gzip form, the same bytes from the same FILE each time."""
import gzip
import sys
from pathlib import Path


def pack(file: Path, output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    pack(Path(sys.argv[1]), Path(sys.argv[2]))
