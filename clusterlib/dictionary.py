"""Dictionary forms, from simplemma's dictionaries, which are kept ready in the user's cache."""

import functools
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import platformdirs

if TYPE_CHECKING:
    from simplemma import Lemmatizer
    from simplemma.strategies import DictionaryFactory, DictionaryLookupStrategy

# Where simplemma's dictionary has another name.
DICTIONARY_NAMES = {"hr": "hbs", "sr": "hbs"}
# More than a corpus has languages, so that none is read twice.
DICTIONARIES = 64


@functools.cache
def lemma_of(word: str, lang: str) -> str:
    """Return the dictionary form of a word, or itself in lower case without a dictionary.

    >>> lemma_of("Speichern", "de"), lemma_of("batteries", "fr")
    ('Speicher', 'batterie')
    """
    dictionary = _dictionary(lang)
    if not dictionary:
        return word.lower()
    return dictionary[0].lemmatize(word, DICTIONARY_NAMES.get(lang, lang))


@functools.cache
def is_listed(word: str, lang: str, without: bool = True) -> bool:
    """Tell whether a word is in the dictionary of its language; if none, ``without`` says it."""
    dictionary, name = _dictionary(lang), DICTIONARY_NAMES.get(lang, lang)
    if not dictionary:
        return without
    return any(dictionary[1].get_lemma(form, name) is not None for form in (word, word.lower()))


@functools.cache
def is_common(word: str, lang: str) -> bool:
    """Tell whether a word with a capital is in the dictionary with a small letter only: no name."""
    dictionary, name = _dictionary(lang), DICTIONARY_NAMES.get(lang, lang)
    if not dictionary or not is_listed(word.lower(), lang):
        return False
    return dictionary[1].exact_lemma(word, name) is None


@functools.cache
def _dictionary(lang: str) -> "tuple[Lemmatizer, DictionaryLookupStrategy] | None":
    """Return what finds dictionary forms in a language, and what looks words up, if there is one.

    Unpacking a dictionary takes up to a second in each process. As a trie on
    disk, which is built once, it is there at once.
    """
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
    from simplemma.strategies.dictionaries import DEFAULT_DICTIONARY_FACTORY
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
    from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

    name = DICTIONARY_NAMES.get(lang, lang)
    if name not in SUPPORTED_LANGUAGES:
        return None
    folder = Path(platformdirs.user_cache_dir("clusterlib"), "dictionaries")
    folder /= metadata.version("simplemma")
    factory: DictionaryFactory = DEFAULT_DICTIONARY_FACTORY
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        # simplemma writes in place: others wait until the file is whole.
        with filelock.FileLock(folder / f"{name}.lock"):
            kept = TrieDictionaryFactory(DICTIONARIES, disk_cache_dir=str(folder))
            kept.get_dictionary(name)
            factory = kept
    words = DefaultStrategy(dictionary_factory=factory)
    return Lemmatizer(lemmatization_strategy=words), DictionaryLookupStrategy(factory)
