"""The browser's address and its history, kept to the page's state (`frontend/address.js`)."""

from genmodels.kit.widget import register

_mount = register("core/address")


def mount(link: str | None, steps: int, *, key: str) -> None:
    """The address is `link` now (None: as it stands); `steps` counts what Back can return from.

    Each fragment mounts its own, since a fragment's rerun reaches only what it drew.
    """
    _mount(key=key, data={"link": link, "steps": steps})
