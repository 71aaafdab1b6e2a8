"""The recorded training and the one in the page: halted, resumed, shared, and checked."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from genmodels.datasets import mnist, mnist_train
from genmodels.kit import jobs
from genmodels.vae import moments
from genmodels.vae.moments import N_MOMENTS, log_spaced
from genmodels.vae.train_now import PlainRun, TrainNow, lower_priority, moments_of


def small(**changes: int) -> TrainNow:
    pictures = mnist_train.load().pictures[:400]
    told = {"n_moments": 8, "epochs": 2, "batch": 20, **changes}
    return TrainNow(pictures, mnist.shown().pictures[:50], **told)


# -- recorded ----------------------------------------------------------------------------------


def test_the_recorded_training_learns() -> None:
    trace = moments.load()
    assert len(trace) == N_MOMENTS
    assert trace.mu.shape == (N_MOMENTS, 2000, 2)
    assert moments.FILE.stat().st_size < 1.5e6
    assert trace.test_elbo[0] > 540  # 784 log 2 = 543: nothing known yet
    assert trace.test_elbo[-1] < 152
    assert trace.test_elbo[-1] == trace.test_elbo.min()
    assert (np.diff(trace.steps) > 0).all()
    first, last = trace.moment(0), trace.moment(N_MOMENTS - 1)
    assert first.step == 0
    assert last.epoch == pytest.approx(moments.EPOCHS)
    assert last.test_elbo == pytest.approx(last.test_bce + last.test_kl)
    assert float(last.mu.std()) > 5 * float(first.mu.std())
    with pytest.raises(ValueError, match="moment must be from 0 to 59; got 60"):
        trace.moment(60)


def test_it_is_read_without_torch() -> None:
    code = (
        "import sys; from genmodels.vae import moments; moments.load(); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_unsound_files_are_named(tmp_path) -> None:
    path = tmp_path / "vae_training.npz"
    with pytest.raises(ValueError, match=r"vae_training\.npz must hold steps"):
        moments.read(path)
    path.write_bytes(b"PK no zip")
    with pytest.raises(ValueError, match=r"vae_training\.npz must hold steps"):
        moments.read(path)
    with np.load(moments.FILE) as file:
        good = {name: file[name] for name in file.files}
    for change, words in [
        ({"mu": good["mu"][:, :5]}, r"mu as int16 of shape \(60, 2000, 2\); got: int16 of"),
        ({"grid": good["grid"].astype(np.int16)}, "grid as uint8 of shape .*; got: int16"),
        ({"test_kl": np.full(60, np.nan, np.float32)}, "must hold finite test_kl"),
        ({"steps": good["steps"][::-1]}, "must hold steps that rise from 0"),
    ]:
        np.savez(path, **{**good, **change})
        with pytest.raises(ValueError, match=words):
            moments.read(path)


@pytest.mark.parametrize("last, n", [(9000, 60), (59, 60), (100, 12), (5, 2), (1, 2)])
def test_log_spaced_steps_are_distinct_and_end_at_the_end(last: int, n: int) -> None:
    steps = log_spaced(last, n)
    assert len(steps) == n
    assert steps[0] == 0
    assert steps[-1] == last
    assert (np.diff(steps) > 0).all()
    with pytest.raises(ValueError, match="moments must be from 2 to"):
        log_spaced(last, last + 2)


# -- in the page -------------------------------------------------------------------------------


def test_every_cell_is_a_moment_of_one_run() -> None:
    run = small()
    found = list(run.moments())
    assert [m.step for m in found] == run.steps.tolist()
    assert found[0].step == 0
    assert found[-1].step == 40
    assert found[-1].epoch == 2
    assert found[-1].mu.shape == (50, 2)
    assert found[-1].grid.shape == (36, 784)
    assert found[-1].grid.dtype == np.uint8
    assert found[-1].test_elbo < found[0].test_elbo - 100
    again = list(small().moments())
    np.testing.assert_array_equal(found[-1].mu, again[-1].mu)
    assert [m.train_bce for m in found] == [m.train_bce for m in again]
    other = list(small(seed=1).moments())
    assert not np.array_equal(found[-1].mu, other[-1].mu)


def test_a_stopped_run_goes_on_as_if_it_had_not_been() -> None:
    whole, halted = small(), small()
    expected = list(whole.moments())[-1]
    assert [halted(cell, lambda: False) for cell in halted.cells[:5]][-1] is not None
    looks = iter([False, True])
    assert halted(5, lambda: next(looks)) is None
    for cell in halted.cells[5:]:
        last = halted(cell, lambda: False)
    assert last is not None
    np.testing.assert_array_equal(last.mu, expected.mu)


def test_it_runs_as_a_job_and_two_visitors_share_it() -> None:
    run = small(n_moments=6)
    job = jobs.start("train-now test", run.cells, run, visitor="a")
    assert jobs.start("train-now test", run.cells, small(n_moments=6), visitor="b") is job
    assert jobs.wait(job, lambda j: j.finished, 30.0)
    assert job.failed is None
    assert [job.snapshot()[cell].step for cell in run.cells] == run.steps.tolist()
    jobs.leave("train-now test", "a")
    jobs.leave("train-now test", "b")


def test_training_leaves_the_process_as_it_was() -> None:
    threads = threading.active_count()
    torch.manual_seed(4)
    expected = torch.rand(2)
    torch.manual_seed(4)
    run = small(n_moments=4)
    list(run.moments())
    assert torch.equal(torch.rand(2), expected)
    assert threading.active_count() == threads
    assert len(run.run.pictures) == 0  # let go, once finished


def test_its_thread_has_the_lowest_priority() -> None:
    if sys.platform != "linux":
        pytest.skip("priorities by thread are Linux's")
    import os

    found: list[int] = []

    def look() -> None:
        lower_priority()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [19]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_bad_settings_are_named() -> None:
    run = small()
    with pytest.raises(ValueError, match="cell must be from 0 to 7; got 8"):
        run(8, lambda: False)
    run(3, lambda: False)
    with pytest.raises(ValueError, match="to_step must be from"):
        run(0, lambda: False)
    with pytest.raises(ValueError, match="n_moments must be from 4"):
        moments_of(40, 20, 3)
    with pytest.raises(ValueError, match="batch must be from 1 to 400; got 500"):
        small(batch=500)
    with pytest.raises(ValueError, match="pictures must be uint8"):
        PlainRun(np.zeros((5, 784)), mnist.shown().pictures)
    with pytest.raises(ValueError, match="must be above 0; got 0"):
        small(epochs=0)


# -- the training pictures that ship -----------------------------------------------------------


def test_the_sample_is_training_digits_in_16_levels() -> None:
    sample = mnist_train.load()
    assert sample.pictures.shape == (10_000, 784)
    assert set(np.unique(sample.pictures)) == set(range(0, 256, 17))
    assert np.bincount(sample.labels, minlength=10).min() > 800
    ours = {row.tobytes() for row in mnist_train.pack(sample.pictures)}
    theirs = {row.tobytes() for row in mnist_train.pack(mnist.shown().pictures)}
    assert not ours & theirs
    few = sample.few(3, rng=np.random.default_rng(0))
    assert np.bincount(sample.labels[few]).tolist() == [3] * 10
    with pytest.raises(ValueError, match="per_class must be from 1 to"):
        sample.few(5000, rng=np.random.default_rng(0))


def test_packing_loses_only_levels(rng: np.random.Generator) -> None:
    pictures = rng.integers(0, 256, (3, 784)).astype(np.uint8)
    back = mnist_train.unpack(mnist_train.pack(pictures))
    assert np.abs(back.astype(int) - pictures).max() <= 8
    np.testing.assert_array_equal(mnist_train.unpack(mnist_train.pack(back)), back)
