"""Prints the Python packages that pyproject.toml asks for, one a line: `run`; `test`, those too; `bench`, all.

`peers`: those alone that are installed without what they ask for."""

import sys

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, where pip carries the same parser
    from pip._vendor import tomli as tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
extras = {"run": [], "test": ["test"], "bench": ["test", "bench"], "peers": ["peers"]}
wanted = sys.argv[1]
names = [] if wanted == "peers" else project["build-system"]["requires"] + project["project"]["dependencies"]
for extra in extras[wanted]:
    names += project["project"]["optional-dependencies"][extra]
print("\n".join(names))
