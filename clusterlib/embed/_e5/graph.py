"""Write the encoder as an ONNX graph: token ids in, a vector a token and their mean out.

``float32`` computes what the published model computes. In ``int8`` the six matrix products of a
layer run on 8-bit integers; every token has its own scale, so that, unlike with ONNX Runtime's
dynamic quantisation (one scale a batch), a text does not depend on its neighbours. In both, word
embeddings stay 4-bit: only the rows that a text needs are unpacked, which saves 330 MB.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from clusterlib.embed._e5.weights import Weights
from clusterlib.embed.encoder import Precision

# Arrays from this size on go to the data file, where they can be mapped.
_INLINE_BYTES: Final = 1024
_ALIGNMENT: Final = 4096
# Without VNNI, ONNX Runtime adds two 8-bit products in 16 bits, which
# overflow unless the weights keep to 7 bits; with 7, all CPUs agree.
_WEIGHT_LEVELS: Final = 63
_TOKEN_LEVELS: Final = 127


@dataclass
class _Builder:
    """Collect nodes and arrays, and invent names for them."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    arrays: list[NDArray[Any]] = field(default_factory=list)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        return self.ops(kind, 1, *inputs, **attributes)[0]

    def ops(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def array(self, values: ArrayLike) -> str:
        """Add a constant and return its name."""
        self.arrays.append(np.ascontiguousarray(values))
        return f"a{len(self.arrays) - 1}"

    def number(self, value: float) -> str:
        return self.array(np.array(value, np.float32))

    def shape(self, *values: int) -> str:
        return self.array(np.array(values, np.int64))


def build(weights: Weights, precision: Precision, data_name: str) -> tuple[bytes, bytearray]:
    """Return the graph, and the content of the data file that it refers to."""
    b = _Builder()
    mask = b.op("Cast", "mask", to=TensorProto.FLOAT)
    bias = _attention_bias(b, mask)
    x = _embed(b, weights)
    for layer in range(weights.shape.layers):
        x = _layer(b, weights, layer, x, bias, precision)
    _mean(b, x, mask)
    b.nodes.append(helper.make_node("Identity", [x], ["states"]))
    initializers, data = _pack(b.arrays, data_name)
    axes = ["texts", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in ("ids", "mask")
    ]
    hidden = weights.shape.hidden
    outputs = [
        helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["texts", hidden]),
        helper.make_tensor_value_info("states", TensorProto.FLOAT, [*axes, hidden]),
    ]
    graph = helper.make_graph(b.nodes, "multilingual-e5-small", inputs, outputs, initializers)
    opset = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString(), data


def _pack(arrays: list[NDArray[Any]], data_name: str) -> tuple[list[onnx.TensorProto], bytearray]:
    """Describe the arrays to ONNX; the large ones by their place in the data file."""
    described, data = [], bytearray()
    for i, array in enumerate(arrays):
        if array.nbytes < _INLINE_BYTES:
            described.append(numpy_helper.from_array(array, f"a{i}"))
            continue
        data += bytes(-len(data) % _ALIGNMENT)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        tensor = TensorProto(name=f"a{i}", data_type=kind, dims=array.shape)
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": data_name, "offset": len(data), "length": array.nbytes}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        described.append(tensor)
        data += array.tobytes()
    return described, data


def _attention_bias(b: _Builder, mask: str) -> str:
    """Return 0 for a token and a very negative number for padding, per text and key."""
    absent = b.op("Sub", mask, b.number(1))
    return b.op("Unsqueeze", b.op("Mul", absent, b.number(1e9)), b.shape(1, 2))


def _embed(b: _Builder, weights: Weights) -> str:
    """Look up the 4-bit rows of the tokens, unpack them, add positions, normalise."""
    s = weights.shape
    codes, scales = weights.packed("emb.word", s.vocabulary)
    row = b.op("Gather", b.array(codes), "ids")
    scale = b.op("Cast", b.op("Gather", b.array(scales), "ids"), to=TensorProto.FLOAT)
    low = b.op("BitwiseAnd", row, b.array(np.uint8(15)))
    high = b.op("BitShift", row, b.array(np.uint8(4)), direction="RIGHT")
    code = b.op("Cast", b.op("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
    words = b.op("Mul", b.op("Sub", code, b.number(8)), scale)
    words = b.op("Reshape", words, b.shape(0, 0, s.hidden))
    # Every token is of type 0, so that row can be added to the positions once.
    places = weights.dense("emb.pos", s.positions) + weights.dense("emb.type", s.types)[0]
    length = b.op("Shape", "ids", start=1, end=2)
    places = b.op("Slice", b.array(places), b.shape(0), length, b.shape(0))
    return _norm(b, weights, "emb.ln", b.op("Add", words, places))


def _norm(b: _Builder, weights: Weights, name: str, x: str) -> str:
    scale, shift = (b.array(weights.tensors[f"{name}.{side}"]) for side in "wb")
    return b.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=weights.shape.epsilon)


def _layer(b: _Builder, weights: Weights, i: int, x: str, bias: str, precision: Precision) -> str:
    linear = _linear_int8 if precision == "int8" else _linear_float32
    hidden, middle = weights.shape.hidden, weights.shape.intermediate

    def apply(names: str, rows: int, x: str) -> str:
        parts = [f"l{i}.{name}" for name in names.split()]
        matrix = np.concatenate([weights.dense(f"{part}.w", rows) for part in parts])
        offset = np.concatenate([weights.tensors[f"{part}.b"] for part in parts])
        return linear(b, x, matrix, offset)

    queries, keys, values = b.ops("Split", 3, apply("q k v", hidden, x), num_outputs=3, axis=-1)
    seen = _attend(b, queries, keys, values, bias, weights.shape.heads, hidden)
    x = _norm(b, weights, f"l{i}.aln", b.op("Add", x, apply("ao", hidden, seen)))
    wide = b.op("Gelu", apply("fi", middle, x))
    return _norm(b, weights, f"l{i}.oln", b.op("Add", x, apply("fo", hidden, wide)))


def _attend(b: _Builder, q: str, k: str, v: str, bias: str, heads: int, hidden: int) -> str:
    """Mix the values of a text's tokens by the likeness of queries and keys."""
    split = b.shape(0, 0, heads, hidden // heads)
    q, k, v = (b.op("Reshape", part, split) for part in (q, k, v))
    q, v = (b.op("Transpose", part, perm=[0, 2, 1, 3]) for part in (q, v))
    likeness = b.op("MatMul", q, b.op("Transpose", k, perm=[0, 2, 3, 1]))
    likeness = b.op("Mul", likeness, b.number((hidden // heads) ** -0.5))
    share = b.op("Softmax", b.op("Add", likeness, bias), axis=-1)
    mixed = b.op("Transpose", b.op("MatMul", share, v), perm=[0, 2, 1, 3])
    return b.op("Reshape", mixed, b.shape(0, 0, hidden))


def _linear_float32(
    b: _Builder, x: str, matrix: NDArray[np.float32], offset: NDArray[np.float32]
) -> str:
    return b.op("Add", b.op("MatMul", x, b.array(matrix.T)), b.array(offset))


def _linear_int8(
    b: _Builder, x: str, matrix: NDArray[np.float32], offset: NDArray[np.float32]
) -> str:
    """Round each token and each output's weights to their own scale, and multiply as integers."""
    scale = np.abs(matrix).max(axis=1, keepdims=True) / _WEIGHT_LEVELS
    whole = np.rint(matrix / scale).astype(np.int8)
    largest = b.op("ReduceMax", b.op("Abs", x), b.shape(-1), keepdims=1)
    step = b.op("Mul", b.op("Max", largest, b.number(1e-9)), b.number(1 / _TOKEN_LEVELS))
    # Unsigned, because that is the pair of types with a fast kernel.
    shifted = b.op("Add", b.op("Round", b.op("Div", x, step)), b.number(128))
    tokens = b.op("Cast", shifted, to=TensorProto.UINT8)
    product = b.op("MatMulInteger", tokens, b.array(whole.T), b.array(np.uint8(128)))
    product = b.op("Mul", b.op("Cast", product, to=TensorProto.FLOAT), step)
    return b.op("Add", b.op("Mul", product, b.array(scale[:, 0])), b.array(offset))


def _mean(b: _Builder, x: str, mask: str) -> None:
    """Average the vectors of the tokens that are not padding."""
    share = b.op("Div", mask, b.op("ReduceSum", mask, b.shape(1), keepdims=1))
    mean = b.op("MatMul", b.op("Unsqueeze", share, b.shape(1)), x)
    b.nodes.append(helper.make_node("Squeeze", [mean, b.shape(1)], ["mean"]))
