"""Record a whole training of the plain VAE: what `moments.load` reads.

`python -m genmodels.vae.moments_train --data DIR` writes it.
"""

import argparse
import sys
import time
from pathlib import Path

from genmodels.datasets import mnist
from genmodels.vae.moments import EPOCHS, FILE, N_MOMENTS, Moment, log_spaced, write
from genmodels.vae.train_now import PlainRun


def main(arguments: list[str] | None = None) -> None:
    """The command: train the plain VAE once more and record it."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.vae.moments_train",
        description="Record a whole training of the plain VAE, 30 epochs, at 60 moments.",
    )
    parser.add_argument("--data", required=True, help="a folder with the idx files, npm or openml")
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    try:
        data = mnist.load(asked.data)
    except ValueError as error:
        sys.exit(f"moments: {error}")
    run = PlainRun(data.train, mnist.shown().pictures, data.test, batch=128, epochs=EPOCHS)
    began = time.monotonic()
    moments: list[Moment] = []
    for step in log_spaced(run.steps, N_MOMENTS):
        run.advance(int(step))
        moments.append(run.moment())
        seconds = time.monotonic() - began
        left = seconds / max(1, step) * (run.steps - step)
        print(
            f"step {step}/{run.steps}: train {moments[-1].train_bce + moments[-1].train_kl:.2f}, "
            f"test {moments[-1].test_elbo:.2f}; {step * 128 / seconds:,.0f} pictures/s, "
            f"{int(left // 60)}:{int(left % 60):02d} left",
            file=sys.stderr,
            flush=True,
        )
    write(moments, asked.out)


if __name__ == "__main__":
    main()
