"""WeasyPrint with its plain defaults, in a process of its own that stays warm.

A line on standard input is the name of a page; the answer is a line of JSON.
"""

import io
import json
import sys
import time
from pathlib import Path

import pikepdf
import weasyprint


def draw(page: str) -> dict[str, float]:
    started = time.process_time()
    content = weasyprint.HTML(filename=page).write_pdf()
    cpu = (time.process_time() - started) * 1000
    status = Path("/proc/self/status").read_text()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    return {
        "pages": pages,
        "kilobytes": round(len(content) / 1024),
        "cpu_ms": cpu,
        "peak_mb": int(status.partition("VmHWM:")[2].split()[0]) / 1024,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(draw(line.strip())), flush=True)
