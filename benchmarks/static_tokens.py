"""Distil the default encoder with model2vec, for fast_encoder.py.

    PYTHON benchmarks/static_tokens.py WORK

PYTHON has `model2vec[distill]` and needs neither clusterlib nor a model hub. WORK holds
weights.npz and config.json (of `published.py`), pieces.json (pieces with scores, and the
number of the unknown one) and texts.json (texts, and of how many first ones, five times
over, the encoding is timed). Writes rows.npy, a vector a text, and took.json: the seconds
to distil, and the sentences a second. Settings are model2vec's defaults, in one process.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def bert(config: dict[str, Any], state: Mapping[str, NDArray[np.float32]]) -> Any:
    """Return transformers' BertModel with the given weights."""
    import torch
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig(**config), add_pooling_layer=False)
    own = {name: torch.from_numpy(rows) for name, rows in state.items()}
    report = model.load_state_dict(own, strict=False)
    if report.unexpected_keys or any("position_ids" not in key for key in report.missing_keys):
        raise ValueError(f"the weights do not fit BertModel: {report}")
    return model.eval()


def tokenizer(work: Path) -> Any:
    """Return transformers' tokenizer with the given pieces."""
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers import models as kinds
    from transformers import PreTrainedTokenizerFast

    pieces, unknown = json.loads((work / "pieces.json").read_text(encoding="utf-8"))
    library = Tokenizer(kinds.Unigram([(piece, score) for piece, score in pieces], unknown, False))
    library.normalizer = normalizers.NFKC()
    library.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    library.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=library,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=512,
    )


def main() -> None:
    # A model without a name is looked for on the hub otherwise.
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    from model2vec.distill import distill_from_model

    work = Path(sys.argv[1])
    texts, timed = json.loads((work / "texts.json").read_text(encoding="utf-8"))
    config = json.loads((work / "config.json").read_text())
    with np.load(work / "weights.npz") as held:
        model, pieces = bert(config, dict(held)), tokenizer(work)
    start = time.perf_counter()
    static = distill_from_model(model, pieces, device="cpu")
    built = time.perf_counter() - start
    np.save(work / "rows.npy", static.encode(texts, use_multiprocessing=False).astype(np.float32))
    start = time.perf_counter()
    static.encode(texts[:timed] * 5, use_multiprocessing=False)
    rate = 5 * timed / (time.perf_counter() - start)
    (work / "took.json").write_text(json.dumps({"seconds to build": built, "sentences/s": rate}))


if __name__ == "__main__":
    main()
