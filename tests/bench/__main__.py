"""`python -m tests.bench [name ...]`: runs the benchmarks and prints one table."""

import os
import platform
import sys
import time
import traceback
from importlib import import_module

from tests.bench import Row

NAMES = (
    "gmm", "segmentation", "hmm", "trellis_size", "naive_bayes", "naive_bayes_pages",
    "naive_bayes_texts", "counted", "latent", "pads", "server",
)  # fmt: skip
WIDTHS = (58, 11, 11, 8, 9)


def main(arguments: list[str]) -> int:
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return 2
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}\n")
    print(line(("", "ours", "peer", "ratio", "bar", "")), flush=True)
    for name in arguments or NAMES:
        begin = time.monotonic()
        try:
            found = import_module(f"tests.bench.{name}").rows()
        except Exception:
            traceback.print_exc()
            found = [Row(f"{name} could not be measured: see above", float("nan"))]
        for each in found:
            print(text(each))
        print(f"-- {name}: {time.monotonic() - begin:.0f} s", flush=True)
    return 0


def text(row: Row) -> str:
    return line(
        (
            row.what,
            figure(row.ours, row.unit),
            "" if row.peer is None else figure(row.peer, row.unit),
            "" if row.ratio is None else f"{row.ratio:.2f}",
            row.bar,
            row.note,
        )
    )


def figure(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:.{digits}f} {unit}".strip()


def line(cells: tuple[str, ...]) -> str:
    what, *numbers, note = cells
    aligned = [number.rjust(width) for number, width in zip(numbers, WIDTHS[1:], strict=True)]
    return "  ".join([what.ljust(WIDTHS[0]), *aligned, note]).rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
