"""A browser's side of Streamlit's own stream, without a browser: open a page, move its sliders.

For tests and benchmarks that need sessions by the dozen. It speaks the protobuf messages of the
installed Streamlit.
"""

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect


@dataclass(frozen=True)
class Slider:
    """A slider of the page as the server described it."""

    id: str
    label: str
    low: float
    high: float
    fragment: str


@dataclass
class Session:
    """One visitor on one page. `elements` are those of the last run, in order of arrival."""

    url: str
    page: str = ""
    query: str = ""
    seconds: float = 60.0
    elements: list[Element] = field(default_factory=list)
    sliders: dict[str, Slider] = field(default_factory=dict)
    finished: int = -1
    bytes_received: int = 0

    async def __aenter__(self) -> Self:
        self._page_hash = ""
        self._states: dict[str, list[float]] = {}
        self._socket: ClientConnection = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self.url,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            compression=None,
            proxy=None,
            max_size=None,
            open_timeout=self.seconds,
            ping_interval=None,
        )
        await self.rerun()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()

    async def rerun(self, fragment: str = "") -> float:
        """Run the page, or one fragment of it; the seconds until it is all here."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_name = self.page
        state.page_script_hash = self._page_hash
        state.fragment_id = fragment
        for name, values in self._states.items():
            widget = state.widget_states.widgets.add(id=name)
            widget.double_array_value.data[:] = values
        self.elements.clear()
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_finished(), self.seconds)
        return time.perf_counter() - begin

    async def press(self, label: str) -> float:
        """Press a button of the last run."""
        button = next(e.button for e in self.elements if e.button.label == label)
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
        self.elements.clear()
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._until_finished(), self.seconds)
        return time.perf_counter() - begin

    async def move(self, label: str, value: float) -> float:
        """Put a slider on `value`; the seconds until what follows from it is all here."""
        slider = self.sliders[label]
        self._states[slider.id] = [value]
        return await self.rerun(slider.fragment)

    def texts(self) -> str:
        """What the last run says, as one text: for tests on what it must not say."""
        return "\n".join(str(element) for element in self.elements)

    async def _until_finished(self) -> None:
        while True:
            data: Any = await self._socket.recv()
            self.bytes_received += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._page_hash = message.new_session.page_script_hash
            elif kind == "navigation":
                self._page_hash = message.navigation.page_script_hash
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._note(message.delta.new_element, message.delta.fragment_id)
            elif kind == "script_finished":
                self.finished = message.script_finished
                if self.finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return

    def _note(self, element: Element, fragment: str) -> None:
        self.elements.append(element)
        if element.WhichOneof("type") == "slider" and element.slider.type == element.slider.SLIDER:
            found = element.slider
            self.sliders[found.label] = Slider(
                found.id, found.label, found.min, found.max, fragment
            )
