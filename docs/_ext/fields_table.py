"""`{fields} SPEC...`: the parameters of specs, as the specs themselves describe them: meaning, unit, default, range."""

import math

import unguard
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from tables import table


class FieldsTable(SphinxDirective):
    """One row a parameter; of several specs those that are alike share one."""

    required_arguments = 1
    optional_arguments = 20

    def run(self):
        fields = {}  # in the order of the first spec that has it: (name, meaning, ...) -> specs
        for name in self.arguments:
            spec = getattr(unguard, name, None)
            if not hasattr(spec, "_fields"):
                raise self.error(f"unguard.{name} is no spec that describes its fields")
            for field in spec._fields:
                key = (field["name"], field["meaning"], field["unit"] or "", default_of(field), range_of(field))
                fields.setdefault(key, []).append(name)
        if not fields:
            return [nodes.paragraph("", "No parameters.")]
        several = len(self.arguments) > 1
        rows = [
            (nodes.literal("", name), meaning, unit, nodes.literal("", default) if default else "", allowed)
            + ((", ".join(specs) if len(specs) < len(self.arguments) else "all",) if several else ())
            for (name, meaning, unit, default, allowed), specs in fields.items()
        ]
        head = ("parameter", "meaning", "unit", "default", "range") + (("of",) if several else ())
        widths = (18, 40, 7, 15, 20) + ((20,) if several else ())
        return [table(head, rows, widths, ["fields"])]


def default_of(field):
    """Return the default in words; what is required has none."""
    default = field["default"]
    if default is None:
        return "required" if "required" in field["meaning"] else "None"
    # A part that is a spec has its own table.
    return f"{type(default).__name__}(...)" if hasattr(default, "_fields") else repr(default)


def range_of(field):
    low, high = field["low"], field["high"]
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        return f"{'at least' if field['low_included'] else 'above'} {low:g}"
    if field["low_included"] and field["high_included"]:
        return f"{low:g} to {high:g}"
    above = "at least" if field["low_included"] else "above"
    below = "at most" if field["high_included"] else "below"
    return f"{above} {low:g}, {below} {high:g}"


def setup(app):
    app.add_directive("fields", FieldsTable)
    return {"parallel_read_safe": True}
