"""Looks into a source distribution or a wheel: all that is needed is there, and nothing else.

Truth: what git tracks."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

archive = Path(sys.argv[1])
tracked = set(subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")) - {""}
package = "bindings/python/unguard/"
if archive.suffix == ".whl":
    names = set(zipfile.ZipFile(archive).namelist())
    wanted = {"unguard/" + name.removeprefix(package) for name in tracked if name.startswith(package)}
    found = {name for name in names if name.startswith("unguard/")}
    compiled = {name for name in found if name.startswith("unguard/_core.") and not name.endswith(".pyi")}
    missing, other = wanted - found, found - wanted - compiled
    if len(compiled) != 1:
        sys.exit(f"{archive.name}: one compiled module was expected, found {sorted(compiled)}")
    about = {name.split("/", 1)[1] for name in names if ".dist-info/" in name}
    if lacking := {"METADATA", "entry_points.txt", "licenses/LICENSE"} - about:
        sys.exit(f"{archive.name}: without {sorted(lacking)}")
else:
    with tarfile.open(archive) as tar:
        found = {member.name.split("/", 1)[1] for member in tar.getmembers() if member.isfile()}
    needed = ("include/", "src/", "cmake/", "bindings/", "CMakeLists.txt", "pyproject.toml", "README.md", "LICENSE")
    missing = {name for name in tracked if name.startswith(needed)} - found
    other = found - tracked - {"PKG-INFO"}
if missing or other:
    sys.exit(f"{archive.name}: missing {sorted(missing)[:9]}, not tracked {sorted(other)[:9]}")
size = archive.stat().st_size
if size > 20 * 2**20:
    sys.exit(f"{archive.name} is {size / 2**20:.1f} MiB: expected at most 20")
print(f"{archive.name}: {len(found)} files, {size / 2**20:.1f} MiB")
