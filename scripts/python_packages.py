"""Prints the Python packages that pyproject.toml asks for, one a line: `run` or `test`."""

import sys

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10, where pip carries the same parser
    from pip._vendor import tomli as tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
names = project["build-system"]["requires"] + project["project"]["dependencies"]
if sys.argv[1] == "test":
    names += project["project"]["optional-dependencies"]["test"]
print("\n".join(names))
