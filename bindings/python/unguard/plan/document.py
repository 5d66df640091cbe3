"""A plan as TOML text, new or into what a person wrote before, whose comments, order and spellings of numbers stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import AoT, InlineTable, Table

#: Of calibrations: hundreds of numbers that nobody reads line by line.
_INLINE = ("values",)


def new_text(values: Mapping[str, Any]) -> str:
    """Return the text of a new file."""
    document = tomlkit.document()
    document.add(tomlkit.comment("A plan of unguard. What each field means and may be: docs/plan.md."))
    _fill(document, values)
    return tomlkit.dumps(document)


def changed_text(text: str, values: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Return the text of a file with its values changed to these, and all else as it was.

    said: those of the values that are no defaults nobody mentioned: only they are added where the file has none.
    """
    document = tomlkit.parse(text)
    _change(document, values, said)
    return tomlkit.dumps(document)


def _fill(table: Any, values: Mapping[str, Any]) -> None:
    # What is no table comes first: behind one it would belong to that.
    for key, value in sorted(values.items(), key=lambda pair: _is_table(pair[0], pair[1])):
        table.append(key, _item(key, value))


def _is_table(key: str, value: Any) -> bool:
    return key not in _INLINE and (isinstance(value, Mapping) or _is_tables(value))


def _is_tables(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _item(key: str, value: Any) -> Any:
    if not _is_table(key, value):
        return _inline(value)
    if isinstance(value, Mapping):
        return _table(value)
    tables = tomlkit.aot()
    for one in value:
        tables.append(_table(one))
    return tables


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    _fill(table, values)
    return table


def _inline(value: Any) -> Any:
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        for key, one in value.items():
            inline.append(key, _inline(one))
        return inline
    if isinstance(value, (list, tuple)):
        array = tomlkit.array()
        for one in value:
            array.append(_inline(one))
        return array
    return tomlkit.item(value)


def _change(table: Any, values: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in values]:
        table.remove(key)
    for key, value in values.items():
        if key not in table:
            if key in said:
                table[key] = _item(key, said[key])
            continue
        old = table[key]
        if isinstance(value, Mapping) and isinstance(old, (Table, InlineTable)) and key not in _INLINE:
            _change(old, value, said.get(key, {}))
        elif _is_tables(value) and isinstance(old, AoT):
            _change_tables(old, value, said.get(key, value))
        elif not same(_plain(old), value):
            table[key] = _item(key, value)


def _change_tables(tables: AoT, values: Any, said: Any) -> None:
    for table, value, of_it in zip(tables, values, said, strict=False):
        _change(table, value, of_it)
    for of_it in said[len(tables) :]:
        tables.append(_table(of_it))
    while len(tables) > len(values):
        del tables[-1]


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same to a plan: 3 is 3.0, and neither 1 nor 1.0 is true."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
