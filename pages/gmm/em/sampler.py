"""The sampler: draws from a mixture in half steps, beside the data that it was fitted to."""

from collections.abc import Mapping
from typing import Any

from genmodels.kit.payload import encode
from genmodels.kit.widget import register

_mount = register("gmm/sampler")


def sampler(prepared: dict[str, Any], *, goto: dict[str, Any] | None, key: str) -> int:
    """Mount it on `runs.sampling.payload`; the half step on show, 0 before any draw."""
    result = _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)
    return step_of(getattr(result, "view", None), prepared["trace_id"], goto)


def step_of(said: Any, trace_id: str, goto: dict[str, Any] | None) -> int:
    """What the browser said, checked: it may be of older draws, or of nobody's making."""
    view = dict(said) if isinstance(said, Mapping) else {}
    step = view.get("step") if view.get("trace") == trace_id else (goto or {}).get("step")
    return step if isinstance(step, int) and not isinstance(step, bool) and step >= 0 else 0
