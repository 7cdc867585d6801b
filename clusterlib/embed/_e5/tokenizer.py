"""The XLM-R tokenizer, built from the vocabulary in the weights file alone.

Text is normalised here, in Python, and cut into pieces by the ``tokenizers``
library. What the published model does with a compiled table of character
sequences (NFKC with a few exceptions) is done in two steps: compose to NFC,
then replace single code points by the rules that come with the weights.

Whatever the text, the work grows in proportion to its length.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tokenizers import Tokenizer

from clusterlib.embed._e5.weights import Vocabulary

# Composing a run of combining marks takes the square of its length, so a page
# of nothing else would take hours. No language needs a longer run than this.
_SLICE: Final = 1024
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# The library wants a hundred bytes a character of what it cuts in one go.
_PART: Final = 8192
# Texts handed to it at a time: enough for two cores, little memory.
_TEXTS: Final = 256


def definition(vocabulary: Vocabulary) -> tuple[str, str]:
    """Return the tokenizer as two JSON texts: the library's, and the rules."""
    pieces = list(zip(_unspellable_specials(vocabulary), vocabulary.scores.tolist(), strict=True))
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    library: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "post_processor": None,
        "decoder": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace],
        },
        "model": {
            "type": "Unigram",
            "unk_id": vocabulary.unk,
            "vocab": pieces,
            "byte_fallback": False,
        },
    }
    settings = {
        "bos": vocabulary.bos,
        "eos": vocabulary.eos,
        "pad": vocabulary.pad,
        "rules": dict(vocabulary.rules),
    }
    return json.dumps(library, ensure_ascii=False), json.dumps(settings, ensure_ascii=False)


def _unspellable_specials(vocabulary: Vocabulary) -> list[str]:
    """Return the pieces with every special one made impossible to type."""
    # A page that prints </s> must not end the sentence inside the model, and U+0001 never gets
    # past the rules, so no text can match these pieces.
    special = {
        vocabulary.bos,
        vocabulary.eos,
        vocabulary.pad,
        vocabulary.unk,
        len(vocabulary.pieces) - 1,
    }
    return ["\x01" + piece if i in special else piece for i, piece in enumerate(vocabulary.pieces)]


class PieceTokenizer:
    """Turn text into the ids of sentencepiece pieces, without special tokens."""

    def __init__(self, library: str, rules: str) -> None:
        settings = json.loads(rules)
        self.bos, self.eos, self.pad = (int(settings[name]) for name in ("bos", "eos", "pad"))
        self._rules: Mapping[int, str] = {
            int(point): text for point, text in settings["rules"].items()
        }
        self._library = Tokenizer.from_str(library)

    def normalise(self, text: str, most: int | None = None) -> str:
        """Return `text` as the vocabulary spells it: composed, replaced, with single spaces."""
        parts, length = [], 0
        for part in _slices(_mend_surrogates(text), _SLICE):
            parts.append(unicodedata.normalize("NFC", part).translate(self._rules))
            # One character can become 18, so stop as soon as there is enough.
            length += len(parts[-1]) - parts[-1].count(" ")
            if most is not None and length > most:
                break
        return " ".join("".join(parts).split())[:most]

    def ids(self, texts: Sequence[str], most: int | None = None) -> list[list[int]]:
        """Return the ids of each text, at most `most` of them if that is given."""
        # No piece is longer than 16 characters, so what lies further than this
        # cannot be among the first pieces.
        end = None if most is None else 16 * most
        rows_of_ids: list[list[int]] = [[] for _ in texts]
        for start in range(0, len(texts), _TEXTS):
            rows = range(start, min(start + _TEXTS, len(texts)))
            parts = [
                (row, part)
                for row in rows
                for part in _slices(self.normalise(texts[row], end), _PART)
            ]
            encodings = self._library.encode_batch_fast(
                [part for _, part in parts], add_special_tokens=False
            )
            for (row, _), encoding in zip(parts, encodings, strict=True):
                rows_of_ids[row] += encoding.ids
        return [ids[:most] for ids in rows_of_ids]


def _slices(text: str, size: int) -> Iterator[str]:
    """Cut a long text before white space, or anywhere if there is none for long."""
    if len(text) <= size:
        yield text
    else:
        pattern = rf"(?s).{{1,{size}}}(?=\s|\Z)|.{{1,{size}}}"
        yield from (match.group() for match in re.finditer(pattern, text))


def _mend_surrogates(text: str) -> str:
    """Join surrogate pairs into characters, and replace single halves by U+FFFD."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
