"""Tell of a study in words: who is ahead, how many passages, which texts."""

from collections.abc import Sequence

from clusterlib.claims.evidence import scored
from clusterlib.claims.wording import language, listed, number
from clusterlib.study import Study


def ahead(study: Study, theme: str, doc: str) -> list[str]:
    """Find the documents that a document exceeds in a topic, theme or code, beyond noise.

    Parameters
    ----------
    study : Study
        Whose contrasts are read.
    theme : str
        A topic, theme or code.
    doc : str
        Which document should have more of it.

    Returns
    -------
    list of str
        Those in comparison with which the verdict is for ``doc``, sorted.

    Examples
    --------
    >>> import clusterlib as cl
    >>> ahead(cl.study.of(cl.load.documents()), "event-visit", "de")
    ['bg', 'fr', 'nb', 'nl']
    """
    known = study.code_contrasts if theme in set(study.codebook["code"]) else study.contrasts
    own = known[known["theme"] == theme]
    below = own[(own["doc_a"] == doc) & (own["verdict"] == "more")]["doc_b"]
    above = own[(own["doc_b"] == doc) & (own["verdict"] == "less")]["doc_a"]
    return sorted([*below, *above])


def counted(study: Study, doc: str, code: str) -> str:
    """Say how many passages of a document carry a code.

    Parameters
    ----------
    study : Study
        Whose codes are counted.
    doc, code : str
        Where, and which.

    Returns
    -------
    str
        Such as ``"four of 20 passages"``.

    Examples
    --------
    >>> import clusterlib as cl
    >>> counted(cl.study.of(cl.load.documents()), "fr", "storage")
    'five of 20 passages'
    """
    own = scored(study, [doc], code)
    return f"{number(int(own['coded'].sum()))} of {number(len(own))} passages"


def texts(study: Study, docs: Sequence[str]) -> str:
    """Name documents by their languages.

    Parameters
    ----------
    study : Study
        That they are from.
    docs : sequence of str
        Which.

    Returns
    -------
    str
        Such as ``"the German and Dutch texts"``; their names where languages do
        not tell them apart.

    Examples
    --------
    >>> import clusterlib as cl
    >>> texts(cl.study.of(cl.load.documents()), ["nl", "de"])
    'the Dutch and German texts'
    """
    known = study.documents.set_index("doc")["lang"]
    if not known.is_unique:
        return listed(docs)
    # "Norwegian Bokmål" is more than a sentence needs.
    names = [language(known[doc].split("-")[0]).split()[0] for doc in docs]
    return f"the {listed(sorted(names))} text" + ("s" if len(names) > 1 else "")
