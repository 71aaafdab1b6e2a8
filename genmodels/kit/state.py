"""A page's state as one value: a frozen dataclass, each of its fields declared once.

A field says how its text is read and written, what is expected, what there is to choose from and
its default. From it come the link, the message beside a field for a bad value, the Streamlit
control, what a stage is told and says back, "Try this" and the address of an opened number.

    @dataclass(frozen=True)
    class State(PageState):
        prefix = "gmm"
        data: str = choice(["Old Faithful", "Vowels"], step=True)
        k: int = whole(1, 10, 2)
        step: int = whole(0, 400, 0)
        open: str | None = optional(reader, "a point or a mean, as in point:3", step=True)

The script and each of its fragments open with `now = State.begin()` and only read: whatever
changes the state does so in a callback, before the run. So a run draws one value, and an answer
that was on its way when the state changed can't take it back.

Going Back, a full visit and a link from elsewhere bring a state; a page that is come back to by
the sidebar keeps the one that it had. A change of a field with `step`, and whatever is `put`, adds
an entry to the browser's history; every other change replaces the entry (`frontend/address.js`).
"""

import dataclasses
import json
import math
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genmodels.kit import address
from genmodels.kit.frame import plain_text

MAX_TEXT = 4000
"""Characters of one value that a link may carry; a longer one is left out of the link."""
CROSSING = 2.0
"""Seconds within which a control's old value from the browser is a message that crossed ours."""
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Field:
    """How a field is read, written, chosen and named.

    read: its value of a link's text; raises ValueError. write: the inverse. expected: in words.
    options: what there is to choose from; low, high: of a number. step: whether a change is a
    deliberate step, to which Back returns. name: in the link, where it isn't prefix_field.
    examples: values that can be reached by hand, for tests of what has no options or range.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    expected: str
    options: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    step: bool = False
    name: str | None = None
    examples: tuple[Any, ...] = ()

    def text(self, value: Any) -> str:
        """As it stands in a link; "" for None."""
        return "" if value is None else self.write(value)


def _made(spec: Field, default: Any) -> Any:
    return field(default=default, metadata={"field": spec})


def choice(
    options: Sequence[Any] | Mapping[Any, Any],
    default: Any = ...,
    *,
    step: bool = False,
    name: str | None = None,
) -> Any:
    """One of `options`, the first unless said; of a mapping, one of its keys. With None as the
    default nothing need be chosen."""
    by_text = {str(option): option for option in options}

    def read(text: str) -> Any:
        if text not in by_text:
            raise ValueError
        return by_text[text]

    every = tuple(by_text.values())
    spec = Field(read, str, "one of " + ", ".join(by_text), every, step=step, name=name)
    return _made(spec, every[0] if default is ... else default)


def several(
    options: Sequence[str], default: tuple[str, ...] = (), *, step: bool = False,
    name: str | None = None,
) -> Any:  # fmt: skip
    """Some of `options`, in their order, commas between."""

    def read(text: str) -> tuple[str, ...]:
        said = text.split(",") if text else []
        if set(said) - set(options):
            raise ValueError
        return tuple(o for o in options if o in said)

    expected = "some of " + ", ".join(options) + ", with commas between"
    examples = ((), tuple(options), tuple(options[:1]), tuple(options[1:]))
    return _made(Field(read, ",".join, expected, step=step, name=name, examples=examples), default)


def whole(
    low: int, high: int, default: int | None, *, step: bool = False, name: str | None = None
) -> Any:
    """A whole number from `low` to `high`, both included."""

    def read(text: str) -> int:
        value = int(text)
        if not text.isascii() or not low <= value <= high:
            raise ValueError
        return value

    expected = f"a whole number from {low} to {high}"
    return _made(Field(read, str, expected, low=low, high=high, step=step, name=name), default)


def number(
    low: float, high: float, default: float | None, *, digits: int = 10, step: bool = False,
    name: str | None = None,
) -> Any:  # fmt: skip
    """A number from `low` to `high`, kept to `digits` significant digits."""

    def read(text: str) -> float:
        value = float(text)
        if not text.isascii() or not low <= value <= high:  # NaN too
            raise ValueError
        return value

    expected = f"a number from {low:g} to {high:g}"
    spec = Field(
        read, lambda v: f"{v:.{digits}g}", expected, low=low, high=high, step=step, name=name
    )
    return _made(spec, default)


def numbers(
    count: int, low: float, high: float, default: tuple[float, ...] | None, *, digits: int = 4,
    step: bool = False, name: str | None = None,
) -> Any:  # fmt: skip
    """`count` numbers, commas between, each kept to `digits` significant digits."""

    def read(text: str) -> tuple[float, ...]:
        values = tuple(float(part) for part in text.split(","))
        if not text.isascii() or len(values) != count:
            raise ValueError
        if not all(low <= value <= high for value in values):
            raise ValueError
        return values

    def write(values: Sequence[float]) -> str:
        return ",".join(f"{value:.{digits}g}" for value in values)

    middle = tuple((low + high) / 2 + i for i in range(count)) if high - low > 2 * count else ()
    examples = tuple(v for v in (middle, (low,) * count, (high,) * count) if v)
    expected = f"{count} numbers from {low:g} to {high:g}, with commas between"
    return _made(Field(read, write, expected, step=step, name=name, examples=examples), default)


def flag(default: bool = False, *, step: bool = False, name: str | None = None) -> Any:
    """True or false."""

    def read(text: str) -> bool:
        return {"true": True, "false": False}[text.lower()]

    spec = Field(
        read, lambda v: str(bool(v)).lower(), "true or false", (False, True), step=step, name=name
    )
    return _made(spec, default)


def text(
    most: int = MAX_TEXT, default: str = "", *, step: bool = False, name: str | None = None,
    examples: Sequence[str] = ("", "a b", "é & =\n# 100 %"),
) -> Any:  # fmt: skip
    """A reader's own text of at most `most` characters; what it means is the page's to judge."""

    def read(said: str) -> str:
        if len(said) > most:
            raise ValueError
        return said

    expected = f"a text of at most {most:,} characters"
    return _made(
        Field(read, str, expected, step=step, name=name, examples=tuple(examples)), default
    )


def parsed(
    read: Callable[[str], Any], write: Callable[[Any], str], expected: str, default: Any = None, *,
    step: bool = False, name: str | None = None, examples: Sequence[Any] = (),
) -> Any:  # fmt: skip
    """A value with a form of its own: `read` raises ValueError on what it isn't.

    `read(write(value))` is `value` for all that can be reached by hand; `examples` are some.
    """
    return _made(
        Field(read, write, expected, step=step, name=name, examples=tuple(examples)), default
    )


def optional(
    read: Callable[[str], Any], expected: str, *, step: bool = True, name: str | None = None,
    examples: Sequence[str] = (),
) -> Any:  # fmt: skip
    """What is opened or selected, as the text that `read` lets through, or None."""

    def checked(said: str) -> str:
        read(said)
        return said

    return parsed(checked, str, expected, None, step=step, name=name, examples=examples)


MAX_PACKED = 200_000


def packed(
    read: Callable[[Any], Any], write: Callable[[Any], Any], expected: str, default: Any = None, *,
    step: bool = False, name: str | None = None, examples: Sequence[Any] = (),
) -> Any:  # fmt: skip
    """A large value: `write` makes plain JSON of it and `read` the value again, checked; in the
    link it is deflated and in base64. What stays above `MAX_TEXT` is left out of the link."""

    def unpack(said: str) -> Any:
        try:
            engine = zlib.decompressobj()
            raw = engine.decompress(urlsafe_b64decode(said + "=" * (-len(said) % 4)), MAX_PACKED)
        except zlib.error:
            raise ValueError from None
        if not engine.eof:
            raise ValueError
        return read(json.loads(raw.decode()))

    def pack(value: Any) -> str:
        raw = json.dumps(write(value), separators=(",", ":"), allow_nan=False).encode()
        return urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")

    return parsed(unpack, pack, expected, default, step=step, name=name, examples=examples)


def arrive(path: str) -> None:
    """Before the page's script: where this full run goes, "" for Home. The router calls it."""
    context = get_script_run_ctx()
    back = context is not None and context.is_history_navigation
    if back or st.session_state.get("page_path") != path:
        st.session_state["page_came"] = "back" if back else "visit"
    st.session_state["page_path"] = path


@dataclass
class _Kept:
    """A page's state in the session, and what belongs to it."""

    state: Any
    problems: dict[str, str]
    written: str | None = None  # the link as it stands, as far as we know
    changes: int = 0
    told_by: dict[str, int] = dataclasses.field(default_factory=dict)  # of the changes, a stage's
    placed: dict[str, tuple[Any, Any, float]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class PageState:
    """Subclass it as a frozen dataclass with `prefix`; the functions above make its fields."""

    prefix: ClassVar[str]

    # -- its fields and its link ------------------------------------------------------------------

    @classmethod
    @cache
    def fields(cls) -> dict[str, Field]:
        """By the dataclass's field: how it is read and written."""
        return {f.name: f.metadata["field"] for f in dataclasses.fields(cls)}

    @classmethod
    def key(cls, name: str) -> str:
        """A field's name in the link, which is its control's key too."""
        return cls.fields()[name].name or f"{cls.prefix}_{name}"

    @classmethod
    def read(cls, link: str | Mapping[str, str]) -> tuple[Self, dict[str, str]]:
        """The state that a link says, and a message by field for what can't be read.

        `link` is a query as text or by name. What it doesn't name, and what it says wrongly, is
        at its default.
        """
        said = dict(parse_qsl(link, keep_blank_values=True)) if isinstance(link, str) else link
        found: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name, spec in cls.fields().items():
            given = said.get(cls.key(name))
            if given is None:
                continue
            try:
                if given == "" and cls.default(name) is None:
                    continue
                if len(given) > MAX_TEXT:
                    raise ValueError
                found[name] = spec.read(given)
            except _UNREADABLE:
                problems[name] = cls._message(name, given)
        state = cls(**found)
        for name in state._settle():
            state = replace(state, **{name: cls.default(name)})
            if name in found:
                problems.setdefault(name, cls._message(name, said[cls.key(name)]))
        return state, problems

    @classmethod
    def of(cls, link: str | Mapping[str, str]) -> Self:
        """The state that a link says. Raises ValueError, with every message, on a bad value."""
        state, problems = cls.read(link)
        if problems:
            raise ValueError(" ".join(problems.values()))
        return state

    def query(self) -> dict[str, str]:
        """The link's values by name: defaults, and what is too long, left out."""
        return {
            self.key(name): said for name, said in self._texts().items() if len(said) <= MAX_TEXT
        }

    def link(self) -> str:
        """The state as a link's query; `of` reads it back."""
        return urlencode(self.query())

    def too_long(self) -> list[str]:
        """The fields that the link has to leave out."""
        return [name for name, said in self._texts().items() if len(said) > MAX_TEXT]

    def _texts(self) -> dict[str, str]:
        texts = {}
        for name, spec in self.fields().items():
            said = spec.text(getattr(self, name))
            if said != spec.text(self.default(name)):
                texts[name] = said
        return texts

    @classmethod
    def default(cls, name: str) -> Any:
        """A field's default."""
        return next(f.default for f in dataclasses.fields(cls) if f.name == name)

    @classmethod
    def _message(cls, name: str, given: str) -> str:
        short = given if len(given) <= 40 else given[:40] + "…"
        spec = cls.fields()[name]
        default = spec.text(cls.default(name))
        instead = f" Shown instead: {default}." if 0 < len(default) <= 40 else ""
        return f"The link's {cls.key(name)} must be {spec.expected}; it says “{short}”.{instead}"

    # -- what a page may say of its fields together -----------------------------------------------

    def unsound(self) -> Sequence[str]:
        """The fields whose values don't go with the others': each falls back to its default."""
        return ()

    def after(self, before: Self) -> Self:
        """This state once the reader changed it from `before`: what goes with the change."""
        return self

    def _settle(self) -> list[str]:
        """The fields to put back to their defaults, so that the rest is sound."""
        state, fallen = self, []
        while bad := [n for n in state.unsound() if n not in fallen]:
            fallen += bad
            state = replace(state, **{n: self.default(n) for n in bad})
        return fallen

    def _normal(self) -> Self:
        """As the link would bring it back: every value read from its own text."""
        fixed: dict[str, Any] = {}
        for name, spec in self.fields().items():
            value = getattr(self, name)
            fixed[name] = None if value is None else spec.read(spec.write(value))
        return replace(self, **fixed)

    def sound(self) -> Self:
        """As a link brings it back: what doesn't go with the rest at its default."""
        state = self._normal()
        return replace(state, **{n: self.default(n) for n in state._settle()})

    # -- in the session ---------------------------------------------------------------------------

    @classmethod
    def _kept(cls) -> _Kept:
        store = f"{cls.prefix}:state"
        if store not in st.session_state:
            st.session_state[store] = _Kept(cls(), {})
        kept: _Kept = st.session_state[store]
        return kept

    @classmethod
    def now(cls) -> Self:
        """The page's state as the session has it."""
        state: Self = cls._kept().state
        return state

    @classmethod
    def begin(cls, fragment: str = "page") -> Self:
        """The state that this run draws: once at the top of the script, and of each `fragment`
        by a name of its own."""
        first = f"{cls.prefix}:state" not in st.session_state
        kept = cls._kept()
        came = st.session_state.pop("page_came", "visit" if first else None)
        said = {
            key: st.query_params[key]
            for key in map(cls.key, cls.fields())
            if key in st.query_params
        }
        if first or came == "back" or (came and said):
            kept.state, kept.problems = cls.read(said)
            kept.changes += 1
            # A link with a bad value stays as it is until something changes.
            kept.written = kept.state.link() if kept.problems else urlencode(said)
        elif came:
            kept.changes += 1
            kept.written = ""
        state: Self = kept.state
        text = state.link()
        if text != kept.written:
            st.query_params.from_dict(state.query())
            kept.written = text
        address.mount(
            None if kept.problems else text,
            st.session_state.get("page_steps", 0),
            key=f"address-{fragment}",
        )
        return state

    def put(self) -> Self:
        """This is the page's state now: a deliberate step, for things to try and the like."""
        return self._take(self.sound(), deliberate=True)

    @classmethod
    def change(cls, *, author: str | None = None, **changed: Any) -> Self:
        """The reader changed these fields, at a control or (`author`) on a stage."""
        before = cls.now()
        return cls._changed(before, replace(before, **changed), author)

    @classmethod
    def _changed(cls, before: Self, after: Self, author: str | None = None) -> Self:
        said = after._normal()
        made = said.after(before).sound()
        steps = any(
            spec.step and getattr(before, name) != getattr(made, name)
            for name, spec in cls.fields().items()
        )
        return made._take(made, deliberate=steps, author=author if made == said else None)

    def _take(self, made: Self, *, deliberate: bool, author: str | None = None) -> Self:
        kept = self._kept()
        before: Self = kept.state
        for name in self.fields():
            if getattr(before, name) != getattr(made, name):
                kept.problems.pop(name, None)
        kept.changes += 1
        if author is not None:
            kept.told_by[author] = kept.told_by.get(author, 0) + 1
        if deliberate and made != before:
            st.session_state["page_steps"] = st.session_state.get("page_steps", 0) + 1
        kept.state = made
        return made

    # -- at a control -----------------------------------------------------------------------------

    def control(
        self,
        name: str,
        draw: Callable[..., Any],
        label: str,
        *,
        show: Callable[[Any], Any] = lambda value: value,
        take: Callable[[Any], Any] = lambda value: value,
        **more: Any,
    ) -> Any:
        """A Streamlit widget that shows the field, its message beneath; returns the field's value.

        Options or range are the field's unless given. `show` makes the widget's value of the
        field's, `take` the field's of the widget's.
        """
        key, spec, kept = self.key(name), self.fields()[name], self._kept()
        value = show(getattr(self, name))
        if key not in st.session_state or st.session_state[key] != value:
            if key in st.session_state:
                kept.placed[key] = (st.session_state[key], value, time.monotonic())
            st.session_state[key] = value

        def told() -> None:
            said = st.session_state[key]
            old, placed, when = kept.placed.get(key, (None, None, 0.0))
            if kept.placed and said == old != placed and time.monotonic() - when < CROSSING:
                # Whatever reruns the page brings every control's value with it: this one left the
                # browser before it heard of ours, and nobody chose it.
                st.session_state[key] = placed
                return
            if said is None and spec.options and self.default(name) is not None:
                return  # one of the options stays chosen
            kept.problems.pop(name, None)
            try:
                self.change(**{name: take(said)})
            except _UNREADABLE:
                kept.problems[name] = f"{label} must be {spec.expected}."

        if spec.options and draw not in (st.toggle, st.checkbox):
            more.setdefault("options", list(spec.options))
        if spec.low is not None and draw in (st.number_input, st.slider):
            more.setdefault("min_value", show(type(self)._as_field(name, spec.low)))
            more.setdefault("max_value", show(type(self)._as_field(name, spec.high)))
        draw(label, key=key, on_change=told, **more)
        self.problem(name)
        return getattr(self, name)

    @classmethod
    def _as_field(cls, name: str, value: Any) -> Any:
        return float(value) if isinstance(cls.default(name), float) else value

    def problem(self, *names: str) -> None:
        """These fields' messages, where they have any; that a link leaves one out too."""
        problems = self._kept().problems
        for name in names:
            if name in problems:
                st.warning(plain_text(problems[name]))
            if name in self.too_long():
                st.caption("This is too long for the link, which opens without it.")

    # -- on a stage -------------------------------------------------------------------------------

    @classmethod
    def token(cls, key: str) -> str:
        """What the stage `key` is told along with its state: it moves there when this is new, and
        says it back. What the stage itself told changes it not."""
        kept = cls._kept()
        return f"{kept.changes - kept.told_by.get(key, 0)}"

    @classmethod
    def hears(cls, key: str, name: str, read: Callable[[Self, Any], Self]) -> Callable[[], None]:
        """The callback of what the stage `key` says as its state `name`.

        `read` makes the new state of the present one and what was said, and raises ValueError on
        what can't be. What is said of an older state (its `token`) is let go.
        """

        def told() -> None:
            element = st.session_state.get(key)
            said = (
                element.get(name) if isinstance(element, Mapping) else getattr(element, name, None)
            )
            if not isinstance(said, Mapping) or str(said.get("token")) != cls.token(key):
                return
            before = cls.now()
            try:
                after = read(before, said)
                cls._changed(before, after, key)
            except _UNREADABLE:
                return

        return told


def finite(value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """What a stage said, as a finite number within [low, high]. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError
    return float(value)
