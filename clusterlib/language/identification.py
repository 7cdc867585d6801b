"""The language that a text is in."""

import re

# Headings and menus mislead an identifier, so the longest lines speak for the text.
SAMPLE = 700
FEWEST_LETTERS = 20
WORD = re.compile(r"[^\W\d_]{2,}")


def identify(text: str) -> str:
    """Identify the language of a text.

    Parameters
    ----------
    text : str
        Ideally some sentences; headings alone mislead.

    Returns
    -------
    str
        A BCP 47 code, ``"nb"`` for Norwegian, ``"und"`` where there are too
        few letters to tell.

    Examples
    --------
    >>> identify("Klyngen skal bidra til at regionen blir klimapositiv.")
    'nb'
    """
    import py3langid

    lines = sorted(set(text.splitlines()), key=lambda line: (-len(line), line))
    sample = "\n".join(lines[:20])[:SAMPLE]
    if sum(map(len, WORD.findall(sample))) < FEWEST_LETTERS:
        return "und"
    found = str(py3langid.classify(sample)[0])
    return "nb" if found == "no" else found
