"""The software bill of materials: every package that runs, its licence and what needs it, in the form of CycloneDX 1.6.

Written from `requirements.txt`, so that it is the same on every machine and at every time; it has no clock and no number of its
own. What a package carries inside, as Streamlit does its page, is part of that package. The hashes of the files are in
`requirements.txt`, whose own is in the bill.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker

from supply.licences import expression
from supply.lock import PROJECT, RUNTIME, Pinned, read

BILL = PROJECT / "docs" / "sbom.cdx.json"
PLATFORMS = tuple(
    {"sys_platform": "linux", "python_version": minor, "python_full_version": f"{minor}.0"} for minor in ("3.11", "3.12", "3.13")
)
"""Where the dashboard is run: what is wanted elsewhere alone is no part of it."""


class BillError(Exception):
    """One sentence: why no bill can be written here, and what to do."""


def bill(runtime: Path = RUNTIME) -> str:
    """The bill of what a list installs on Linux; `BillError` where a package of it is not installed here to be asked."""
    wanted = [one for one in read(runtime) if _runs(one)]
    parts = {one.name: _component(one) for one in wanted}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    whole = Component(
        name=project["name"],
        version=project["version"],
        description=project["description"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        properties=[Property(name=f"{runtime.name}:sha256", value=sha256(runtime.read_bytes()).hexdigest())],
    )
    needs = [_dependency(part, (parts[one.name] for one in wanted if name in one.needed_by)) for name, part in parts.items()]
    needs.append(_dependency(whole, (parts[one.name] for one in wanted if one.declared)))
    return _json(Bom(components=parts.values(), metadata=BomMetaData(component=whole), dependencies=needs))


def _runs(pinned: Pinned) -> bool:
    return pinned.marker is None or any(Marker(pinned.marker).evaluate(dict(one)) for one in PLATFORMS)


def _component(pinned: Pinned) -> Component:
    try:
        licence = expression(pinned.name, metadata.metadata(pinned.name))
    except metadata.PackageNotFoundError:
        raise BillError(
            f"{pinned.name} is not installed here, so nobody can say its licence: run `make sbom` on Linux."
        ) from None
    return Component(
        name=pinned.name,
        version=pinned.version,
        bom_ref=f"{pinned.name}=={pinned.version}",
        purl=PackageURL("pypi", None, pinned.name, pinned.version),
        licenses=[LicenseFactory().make_from_string(licence, license_acknowledgement=LicenseAcknowledgement.DECLARED)],
    )


def _dependency(component: Component, on: Iterable[Component]) -> Dependency:
    return Dependency(component.bom_ref, (Dependency(one.bom_ref) for one in on))


def _json(bom: Bom) -> str:
    said = json.loads(JsonV1Dot6(bom).output_as_string())
    del said["serialNumber"], said["metadata"]["timestamp"]
    return json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
