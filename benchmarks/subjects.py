"""Check the subject headings: whether the space can tell them apart, and what each scope is worth.

    python benchmarks/subjects.py [--encoder NAME]

Compared are headings as passages are compared with them: form whitened, the mean removed.
Fails if two headings have a cosine over 0.7; if a heading's words alone, or its scope alone,
are nearer to another heading than to theirs; or if ten scopes or more are nearer to a
heading's words than its own scope is.
"""

import argparse
import sys

import numpy as np
import pandas as pd

import clusterlib as cl
from clusterlib import axes, subjects

ALIKE, RANK = 0.7, 10


def faults(encoder: cl.embed.Encoder) -> tuple[list[str], pd.Series]:
    """Return what is wrong with the headings, and the rank of each one's own scope."""
    table = subjects.headings()
    lines = pd.DataFrame({"text": subjects.texts()}).assign(lang="en")
    lines["passage"] = lines.index.astype("str")
    rows = cl.embed.matrix(cl.embed.vectors(lines, encoder)).astype(np.float64)
    even = axes.whitening(cl.embed.form(encoder))
    parts = [rows[: len(table)], rows[len(table) :], subjects.vectors(encoder)]
    words, scopes, whole = (axes.unit((part - part.mean(axis=0)) @ even) for part in parts)
    names = table["heading"].tolist()
    likeness = np.triu(whole @ whole.T, 1)
    found = [
        f"{names[one]!r} and {names[other]!r} are alike: {likeness[one, other]:.2f}"
        for one, other in np.argwhere(likeness > ALIKE)
    ]
    for kind, part in {"words": words, "scope": scopes}.items():
        nearest = (part @ whole.T).argmax(axis=1)
        found += [
            f"the {kind} of {names[place]!r} are nearer to {names[other]!r}"
            for place, other in enumerate(nearest)
            if place != other
        ]
    near = words @ scopes.T
    rank = pd.Series((near > np.diag(near)[:, None]).sum(axis=1), index=names)
    found += [
        f"the scope of {name!r} is nearer to {place} others"
        for name, place in rank.items()
        if place >= RANK
    ]
    return found, rank


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoder", default="multilingual-e5-small")
    found, rank = faults(cl.embed.load_encoder(parser.parse_args().encoder))
    print("\n".join(found) or "no faults")
    shares = ", ".join(f"{(rank < most).mean():.2f} within {most}" for most in (1, 3, 10))
    print(f"{len(rank)} headings; a heading's own scope is the nearest to its words: {shares}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
