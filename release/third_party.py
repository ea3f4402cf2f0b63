"""Writes THIRD_PARTY.md, whose work is in what is installed here: `python -m release.third_party`."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from artifacts.photos import CATALOGUE
from engine import weights
from release.installed import ROOT, licence, packages, shared_libraries


@dataclass(frozen=True, slots=True)
class Work:
    """Somebody's work inside the wheels of others, under a licence of its own; `names` begin its libraries' names."""

    name: str
    licence: str
    names: tuple[str, ...]


WORKS = (
    Work("x265", "GPL-2.0-or-later", ("libx265",)),
    Work("libheif", "LGPL-3.0-or-later", ("libheif",)),
    Work("libde265", "LGPL-3.0-or-later", ("libde265",)),
    Work("FFmpeg", "LGPL-2.1-or-later", ("libavcodec", "libavformat", "libavutil", "libswresample", "libswscale")),
    Work("GCC's libquadmath", "LGPL-2.1-or-later", ("libquadmath",)),
    Work("GCC's libgfortran and libgomp", "GPL-3.0-or-later WITH GCC-exception-3.1", ("libgfortran", "libgomp")),
    Work("keyutils", "LGPL-2.1-or-later", ("libkeyutils",)),
    Work("libxcrypt", "LGPL-2.1-or-later", ("libcrypt",)),
    Work("AOM", "BSD-2-Clause", ("libaom",)),
    Work("Brotli", "MIT", ("libbrotli",)),
    Work("bzip2", "bzip2-1.0.6", ("libbz2",)),
    Work("Cyrus SASL", "BSD-Attribution-HPND-disclaimer", ("libsasl2",)),
    Work("FreeType", "FTL", ("libfreetype",)),
    Work("HarfBuzz", "MIT", ("libharfbuzz",)),
    Work("libavif", "BSD-2-Clause", ("libavif",)),
    Work("libdrm", "MIT", ("libdrm",)),
    Work("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib", ("libjpeg",)),
    Work("liblzma", "0BSD", ("liblzma",)),
    Work("libpng", "libpng-2.0", ("libpng",)),
    Work("libpq", "PostgreSQL", ("libpq",)),
    Work("LibTIFF", "libtiff", ("libtiff",)),
    Work("libvpx", "BSD-3-Clause", ("libvpx",)),
    Work("libwebp", "BSD-3-Clause", ("libwebp", "libsharpyuv")),
    Work("Little CMS", "MIT", ("liblcms2",)),
    Work("MIT Kerberos", "MIT", ("libgssapi_krb5", "libk5crypto", "libkrb5", "libcom_err")),
    Work("OpenBLAS", "BSD-3-Clause", ("libopenblas", "libscipy_openblas")),
    Work("OpenJPEG", "BSD-2-Clause", ("libopenjp2",)),
    Work("OpenLDAP", "OLDAP-2.8", ("liblber", "libldap")),
    Work("OpenSSL", "Apache-2.0, before its version 3 OpenSSL", ("libcrypto", "libssl")),
    Work("XCB and Xau", "MIT", ("libxcb", "libXau")),
    Work("Zstandard", "BSD-3-Clause", ("libzstd",)),
)

# What OpenCV has in its own library.
FONTS = (("Rubik", "OFL-1.1"), ("WenQuanYi Micro Hei", "Apache-2.0 OR GPL-3.0-or-later WITH Font-exception-2.0"))

REMARKS = {
    weights.SFACE.name: "What it was trained on is not disclosed (issue 313 of opencv_zoo), nor who agreed to that.",
    weights.YUNET.name: "Trained on WIDER FACE, as its authors say.",
}

BEGINNING = """\
# Third parties

Whose work Facesearch runs on, and under which licences. `make third-party` writes this page from what is installed, on
Linux with an x86-64 processor; versions are in [requirements.txt](requirements.txt), and `make sbom` lists them as
CycloneDX.

## What that means

This repository is under the MIT licence and holds nothing of what follows. `make` has pip fetch the packages from PyPI,
and the bot fetches the models and the sample photos, each checked by its hash. Who runs the bot, or passes the
repository on, passes none of it on.

Who passes on an *installed* copy, as an image of a container or a machine, an installer or an appliance, passes all of
it on, and:

- **keeps the notices.** Every package has its licence in its `dist-info` folder, beside the packages; leave those in.
- **offers the sources of what is under GPL and LGPL.** The wheel of pillow-heif carries x265, which is GPL, so its
  authors put the whole wheel under GPL-2.0. It is the one part that asks for more than its own sources: what is one
  work with it is passed on under the GPL. MIT, BSD and LGPL allow that; Apache-2.0 goes together with version 3 of the
  GPL, which x265 allows too. The bot reads HEIC, in a process of its own, and never writes any, so it needs libheif and
  libde265 and not x265. Who wants no GPL in the copy builds pillow-heif against a libheif without x265 (`pip install
  --no-binary pillow-heif pillow-heif`).
- **lets LGPL parts be replaced.** psycopg is a package of its own, and the libraries below are files of their own:
  whoever gets the copy can put others in their place, unless it is sealed.
- **asks about patents.** HEIC pictures are coded as HEVC, on which licensors claim patents, whatever the code's licence
  says.

The engine alone (`pip install` of this folder) brings neither pillow-heif nor psycopg. This is how the licences read to
us, and no lawyer's advice.
"""


def main() -> int:
    """Write the page."""
    (ROOT / "THIRD_PARTY.md").write_text(page())
    return 0


def page() -> str:
    """All of THIRD_PARTY.md. Raises LookupError when something is installed of which nobody has said whose it is."""
    return "\n".join(
        (
            BEGINNING,
            "## Packages\n",
            *_table(("licence", "packages"), _packages()),
            "## Libraries inside their wheels\n",
            *_table(("work", "licence", "in the wheel of"), _libraries()),
            "What is linked into a wheel's own libraries is named by the licences in its `dist-info` folder.\n",
            "## Fonts inside OpenCV\n",
            *_table(("font", "licence"), FONTS),
            "## Models\n",
            *_table(("model", "licence", "from", "remark"), _models()),
            "## Sample photos\n",
            "For the playground and the tests; they show real people.\n",
            *_table(("from", "licence", "photos"), _photos()),
        )
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (heads, ("---",) * len(heads), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def _packages() -> Iterator[tuple[str, str]]:
    """Those under GPL and LGPL first."""
    by_licence: dict[str, list[str]] = defaultdict(list)
    for name, package in packages().items():
        by_licence[licence(package)].append(name)
    for name in sorted(by_licence, key=_copyleft_first):
        yield name, ", ".join(by_licence[name])


def _libraries() -> Iterator[tuple[str, str, str]]:
    carriers: dict[Work, set[str]] = defaultdict(set)
    for name, package in packages().items():
        for library in shared_libraries(package):
            carriers[_work(library, name)].add(name)
    for work in sorted(carriers, key=lambda work: (_copyleft_first(work.licence), work.name.lower())):
        yield work.name, work.licence, ", ".join(sorted(carriers[work]))


def _work(library: str, package: str) -> Work:
    """Whose a library is: the longest beginning of its name decides, as libcrypt begins libcrypto's."""
    fitting = [(len(name), work) for work in WORKS for name in work.names if library.startswith(name)]
    if not fitting:
        raise LookupError(f"The wheel of {package} carries {library}: see whose it is, and add it to {__name__}.")
    return max(fitting, key=lambda pair: pair[0])[1]


def _copyleft_first(licence: str) -> tuple[bool, str]:
    return "GPL" not in licence, licence


def _models() -> Iterator[tuple[str, str, str, str]]:
    for model in weights.MODELS:
        yield f"`{model.name}`", model.licence, model.source, REMARKS.get(model.name, "")


def _photos() -> Iterator[tuple[str, str, str]]:
    by_source: dict[tuple[str, str], list[str]] = defaultdict(list)
    for photo in CATALOGUE:
        by_source[photo.artifact.source, photo.artifact.licence].append(photo.name)
    for (source, name), photos in by_source.items():
        yield source, name, ", ".join(photos)


if __name__ == "__main__":
    sys.exit(main())
