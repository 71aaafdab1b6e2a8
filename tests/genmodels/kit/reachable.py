"""States that a reader can reach by hand, generated from a page's own fields."""

from typing import Any

from hypothesis import strategies as st

from genmodels.kit.state import Field, PageState


def _values(spec: Field, default: Any) -> st.SearchStrategy[Any]:
    if spec.options:
        found: st.SearchStrategy[Any] = st.sampled_from(spec.options)
    elif spec.low is not None and spec.high is not None:
        whole = isinstance(spec.low, int) and not isinstance(default, float)
        found = (
            st.integers(int(spec.low), int(spec.high))
            if whole
            else st.floats(spec.low, spec.high, allow_nan=False)
        )
    else:
        assert spec.examples, f"a field that is {spec.expected} needs examples"
        found = st.sampled_from(spec.examples)
    return st.one_of(st.just(default), found)


def states(page: type[PageState]) -> st.SearchStrategy[Any]:
    """Any values of the fields together, made fit as the page makes what its controls say."""
    fields = {name: _values(spec, page.default(name)) for name, spec in page.fields().items()}
    return st.builds(page, **fields).map(lambda state: state.sound())
