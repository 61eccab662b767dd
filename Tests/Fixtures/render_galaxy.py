"""Prints the command line that Galaxy would run for a tool's XML.

python render_galaxy.py TOOL.xml [NAME=VALUE]...

A name is that of a parameter, or SECTION.NAME; what is not named has its default. Files are given
by their paths, parted by commas where there are several; IDENTIFIER@PATH is one that the history
calls otherwise. Needs CT3, the Cheetah of Galaxy.

"""

import os
import sys
import xml.etree.ElementTree as ElementTree

from Cheetah.Template import Template


class Dataset(str):
    """A file of the history: its path, its name, and its format."""

    def __new__(cls, text):
        identifier, _, path = text.rpartition("@")
        dataset = super().__new__(cls, path)
        dataset.element_identifier = identifier or os.path.basename(path)
        return dataset

    @property
    def ext(self):
        return self.rsplit(".", 1)[-1]


def value_of(param, given):
    """What a parameter is in the template."""
    kind = param.get("type")
    if kind == "data":
        files = [Dataset(path) for path in given.split(",")] if given else []
        return files if param.get("multiple") == "true" else (files or [None])[0]
    if kind == "boolean":
        value = given if given is not None else param.get("checked")
        return param.get("truevalue" if value == "true" else "falsevalue")
    if kind == "select":
        options = [o.get("value") for o in param.findall("option")]
        selected = [o.get("value") for o in param.findall("option") if o.get("selected") == "true"]
        value = given.split(",") if given is not None else selected
        unknown = set(value) - set(options)
        if unknown:
            raise SystemExit(f"{param.attrib} has no {unknown}")
        return ",".join(value) or None
    return given if given is not None else param.get("value", "")


def parameters(element, given, above=""):
    """The names of a form with their values, by section."""
    names = {}
    for child in element:
        name = child.get("name") or child.get("argument", "").lstrip("-").replace("-", "_")
        if child.tag == "param":
            names[name] = value_of(child, given.pop(above + name, None))
        elif child.tag == "section":
            names[name] = parameters(child, given, f"{name}.")
        elif child.tag == "repeat":
            items = given.pop(above + name, None)
            names[name] = [{"value": item} for item in items.split(",")] if items else []
    return names


def main():
    tool = ElementTree.parse(sys.argv[1]).getroot()
    given = dict(argument.split("=", 1) for argument in sys.argv[2:])
    names = parameters(tool.find("inputs"), given)
    if given:
        raise SystemExit(f"the tool has no {', '.join(given)}")
    line = str(Template(source=tool.find("command").text, searchList=[names]))
    # As Galaxy does: a command is one line.
    print(" ".join(line.split("\n")))


main()
