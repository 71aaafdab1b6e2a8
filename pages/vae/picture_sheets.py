"""Sheets of small pictures side by side, each to be pressed (`picture-sheets.js`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.kit.payload import encode
from genmodels.kit.widget import register

_mount = register("vae/picture-sheets")


@dataclass(frozen=True, eq=False)
class Sheet:
    """`pictures` uint8 (n, 784) in rows of `columns`; `names` says what each is; those in `marked`
    have a dashed border; `note` stands below."""

    title: str
    pictures: NDArray[np.uint8]
    names: Sequence[str]
    note: str = ""
    columns: int = 4
    marked: Sequence[int] = ()


def picture_sheets(
    sheets: Sequence[Sheet], start_id: str, *, key: str, least: int = 170
) -> tuple[int, int] | None:
    """Mount them, dealt anew on a new `start_id`; sheet and picture that was pressed last.

    `least` is a sheet's narrowest width in pixels: narrower, the sheets stand below each other.
    """
    told = [
        {
            "title": one.title,
            "pictures": one.pictures,
            "names": list(one.names),
            "note": one.note,
            "columns": one.columns,
            "marked": list(one.marked),
        }
        for one in sheets
    ]
    data = encode({"sheets": told, "start_id": start_id, "least": least})
    result = _mount(key=key, data=data, on_pick_change=lambda: None)
    return picked(getattr(result, "pick", None), start_id, [len(one.names) for one in sheets])


def picked(said: Any, start_id: str, sizes: Sequence[int]) -> tuple[int, int] | None:
    """What the browser said, checked: a sheet and a picture in it, or None."""
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return None
    sheet, picture = said.get("sheet"), said.get("picture")
    if type(sheet) is not int or type(picture) is not int or not 0 <= sheet < len(sizes):
        return None
    return (sheet, picture) if 0 <= picture < sizes[sheet] else None
