"""Prints the Python packages that pyproject.toml asks for, one a line: `run`; `test`, those too; `bench`, all."""

import sys

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, where pip carries the same parser
    from pip._vendor import tomli as tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
names = project["build-system"]["requires"] + project["project"]["dependencies"]
extras = {"run": [], "test": ["test"], "bench": ["test", "bench"]}
for extra in extras[sys.argv[1]]:
    names += project["project"]["optional-dependencies"][extra]
print("\n".join(names))
