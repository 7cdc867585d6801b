"""The default encoder's weights under the names of transformers' BertModel, as plain numpy.

For peers in an environment that has torch and not clusterlib: `torch_reference.py` and
`static_tokens.py` fill a model with them.
"""

import numpy as np

from clusterlib.embed._e5 import weights as reader

# Where the parts of a layer stand in transformers' BertModel.
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "aln": "attention.output.LayerNorm",
    "oln": "output.LayerNorm",
}


def config(weights: reader.Weights) -> dict[str, object]:
    """Return what transformers' BertConfig is to be made with."""
    shape = weights.shape
    return {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "hidden_act": "gelu",
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": shape.epsilon,
        "pad_token_id": 0,
    }


def state(weights: reader.Weights) -> dict[str, np.ndarray]:
    """Return the dequantised arrays by their names in BertModel."""
    shape = weights.shape
    found = {
        "embeddings.word_embeddings.weight": weights.dense("emb.word", shape.vocabulary),
        "embeddings.position_embeddings.weight": weights.dense("emb.pos", shape.positions),
        "embeddings.token_type_embeddings.weight": weights.dense("emb.type", shape.types),
        "embeddings.LayerNorm.weight": weights.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": weights.tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, long in PARTS.items():
            rows = shape.intermediate if short == "fi" else shape.hidden
            name = f"l{layer}.{short}"
            norm = short.endswith("ln")
            own = weights.tensors[f"{name}.w"] if norm else weights.dense(f"{name}.w", rows)
            found[f"encoder.layer.{layer}.{long}.weight"] = own
            found[f"encoder.layer.{layer}.{long}.bias"] = weights.tensors[f"{name}.b"]
    return {key: np.array(value) for key, value in found.items()}
