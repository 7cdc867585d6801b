"""Looks that hold in every theme: the text keeps its colour, and marks lie under it as a tint."""

# Okabe and Ito's colours, as in drawings; each has a line of its own, so that none has to be seen.
COLOURS = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #999999 #F0E442".split()
LINES = ("solid", "dashed", "dotted", "double") * 2
# Tints and faint text are such that text keeps a contrast of 4.5, in light as in dark.
THIN, FAINT = 0.24, 0.8

# What is marked inside a text: a letter, a colour, a line under it and what it stands for.
INSIDE = {
    "time": ("t", COLOURS[5], "dotted", "time"),
    "amount": ("n", COLOURS[4], "double", "number"),
    "actor": ("a", COLOURS[3], "dashed", "name"),
}

# Where there is no room for columns, a passage and its English stand below each other.
NARROW = """\
@media (max-width: 40em) {
.cl-read table, .cl-read tbody, .cl-read tr, .cl-read td {display: block; width: auto !important}
.cl-read thead, .cl-read td:empty {display: none}
.cl-read tr {padding: .4em 0}
.cl-read td {padding: .1em .3em; border: 0}
.cl-read td + td + td {font-style: italic}
.cl-read blockquote {margin-left: .2em}
}"""


def tint(colour: str) -> str:
    """Return a colour as a tint that lets the page shine through.

    Examples
    --------
    >>> tint("#0072B2")
    'rgba(0, 114, 178, 0.24)'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {THIN})"


def style() -> str:
    """Return the style sheet of readings and evidence, as a notebook carries it."""
    return f"<style>{rules()}</style>"


def rules() -> str:
    """Return the rules of that style sheet, for pages that have a style sheet of their own.

    Examples
    --------
    >>> rules().splitlines()[0]
    '.cl-read {color: var(--jp-content-font-color1, inherit)}'
    """
    found = [
        ".cl-read {color: var(--jp-content-font-color1, inherit)}",
        ".cl-read, .cl-read td, .cl-read p {line-height: 1.6}",
        ".cl-read table {border-collapse: collapse; width: 100%; table-layout: fixed}",
        ".cl-read th, .cl-read td {text-align: left !important; vertical-align: baseline; "
        "white-space: normal; overflow-wrap: break-word; hyphens: auto; padding: .4em .6em; "
        "max-width: none}",
        ".cl-read th:first-child, .cl-read td:first-child {width: 6em; hyphens: none}",
        ".cl-read p {margin: .3em 0}",
        f".cl-read .cl-soft {{font-size: 88%; opacity: {FAINT}}}",
        ".cl-read mark {color: inherit; border: 0; text-decoration-line: underline; "
        "text-decoration-thickness: 2px; text-underline-offset: 3px; padding: 0 .1em}",
        ".cl-read sup {font-size: 70%; font-weight: 600; line-height: 0}",
        ".cl-read .cl-chip {display: inline-block; border-left: 4px; padding: 0 .4em; "
        "margin: .1em .3em .1em 0; font-size: 88%}",
        ".cl-read .cl-bar {display: none}",
        ".cl-read details {margin: .2em 0}",
        ".cl-read summary {cursor: pointer; color: inherit; font-size: inherit}",
        ".cl-read summary:focus-visible {outline: 3px solid #0072B2; outline-offset: 2px}",
        ".cl-read blockquote {margin: .4em 0 .6em 1.2em; padding-left: .7em; "
        "border-left: 3px solid #0072B2; color: inherit}",
    ]
    for letter, colour, line, _ in INSIDE.values():
        found.append(
            f".cl-read .cl-{letter} {{background: {tint(colour)}; text-decoration-color: {colour}; "
            f"text-decoration-style: {line}}}"
        )
    for place, (colour, line) in enumerate(zip(COLOURS, LINES, strict=True)):
        look = f"background: {tint(colour)}; border-left: 4px {line} {colour}"
        found.append(f".cl-read .cl-c{place} {{{look}}}")
    return "\n".join([*found, NARROW])
