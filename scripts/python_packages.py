"""Prints the Python packages that pyproject.toml asks for, one a line.

`run`: what the package needs; `test`: what tests and site need too; `bench`: all. `peers`: those alone that are
installed without what they ask for."""

import sys

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, where pip carries the same parser
    from pip._vendor import tomli as tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
extras = {"run": [], "test": ["test", "docs"], "bench": ["test", "docs", "bench"], "peers": ["peers"]}
wanted = sys.argv[1]
optional = project["project"]["optional-dependencies"]


def packages(extra):
    """What an extra asks for; one that stands in another, as unguard[formats,mne], is spelled out."""
    for name in optional[extra]:
        if name.startswith("unguard["):
            for inner in name[len("unguard[") : -1].split(","):
                yield from packages(inner)
        else:
            yield name


names = [] if wanted == "peers" else project["build-system"]["requires"] + project["project"]["dependencies"]
for extra in extras[wanted]:
    names += packages(extra)
print("\n".join(dict.fromkeys(names)))
