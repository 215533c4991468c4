"""Write docs/summary.schema.json from the value object of the summary: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

FILE = Path(__file__).with_name("summary.schema.json")

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from dashboard.export.json_schema import body

    FILE.write_bytes(body())
