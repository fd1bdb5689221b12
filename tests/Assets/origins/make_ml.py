"""Writes small models of the operators that scikit-learn's converter makes, with ONNX Runtime's outputs: NAME.onnx, NAME.test/.

Needs NumPy, and Node with onnxruntime-node in the folder ORT: ORT=/path/node_modules/onnxruntime-node python3 make_ml.py
"""
import json
import os
import struct
import subprocess

import numpy

CASES = 10
FLOAT, INT64, STRING = 1, 7, 8
SCRIPT = """
const ort = require(process.env.ORT);
const wanted = JSON.parse(require('fs').readFileSync(0));
(async () => {
  const session = await ort.InferenceSession.create(wanted.model);
  const made = [];
  for (const values of wanted.cases) {
    const tensor = wanted.type === 'int64' ? new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), wanted.shape)
                                           : new ort.Tensor('float32', Float32Array.from(values), wanted.shape);
    const result = await session.run({x: tensor}, wanted.outputs);
    made.push(wanted.outputs.map(name => ({dims: result[name].dims, type: result[name].type, data: Array.from(result[name].data).map(v => typeof v === 'bigint' ? Number(v) : v)})));
  }
  console.log(JSON.stringify(made));
})();
"""


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def attribute(name, value):
    first = value[0] if isinstance(value, (list, tuple, numpy.ndarray)) else None
    if isinstance(value, str):
        return block(1, name) + block(4, value) + number(20, 3)
    if isinstance(value, int):
        return block(1, name) + number(3, value) + number(20, 2)
    if isinstance(value, float):
        return block(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(first, str):
        return block(1, name) + b"".join(block(9, text) for text in value) + number(20, 8)
    if isinstance(first, (int, numpy.integer)):
        return block(1, name) + b"".join(number(8, int(one)) for one in value) + number(20, 7)
    return block(1, name) + b"".join(varint(7 << 3 | 5) + struct.pack("<f", one) for one in value) + number(20, 6)


def node(operator, inputs, outputs, domain="ai.onnx.ml", **attributes):
    text = b"".join(block(1, name) for name in inputs) + b"".join(block(2, name) for name in outputs) + block(3, outputs[0]) + block(4, operator)
    return text + b"".join(block(5, attribute(name, value)) for name, value in attributes.items()) + block(7, domain)


def value(name, kind, shape):
    dims = b"".join(block(1, number(1, extent)) for extent in shape)
    return block(1, name) + block(2, block(1, number(1, kind) + block(2, dims)))


def map_value(name, key):
    return block(1, name) + block(2, block(4, block(1, block(5, number(1, key) + block(2, block(1, number(1, FLOAT)))))))


def texts(name, words):
    return number(1, len(words)) + number(2, STRING) + b"".join(block(6, word) for word in words) + block(8, name)


def model(nodes, kind, shape, outputs, initializers=()):
    graph = b"".join(block(1, one) for one in nodes) + block(2, "g") + b"".join(block(5, one) for one in initializers)
    graph += block(11, value("x", kind, shape)) + b"".join(block(12, one) for one in outputs)
    return number(1, 8) + block(7, graph) + block(8, block(1, "") + number(2, 15)) + block(8, block(1, "ai.onnx.ml") + number(2, 3))


def write(name, proto, inputs, outputs, labels=(), stored=None):
    """Runs the model as stands, or another with the same outputs, and writes it; outputs that are texts are written as their places among the labels."""
    with open(f"{name}.onnx", "wb") as file:
        file.write(proto)
    wanted = {"model": f"{name}.onnx", "type": "int64" if inputs.dtype == numpy.int64 else "float32", "shape": inputs.shape[1:], "outputs": outputs,
              "cases": [case.ravel().tolist() for case in inputs]}
    made = json.loads(subprocess.run(["node", "-e", SCRIPT], input=json.dumps(wanted), capture_output=True, text=True, check=True).stdout)
    if stored is not None:
        with open(f"{name}.onnx", "wb") as file:
            file.write(stored)
    os.makedirs(f"{name}.test", exist_ok=True)
    numpy.save(f"{name}.test/input_0.npy", inputs)
    for i in range(len(outputs)):
        rows = [numpy.array([labels.index(one) if case[i]["type"] == "string" else one for one in case[i]["data"]]).reshape(case[i]["dims"]) for case in made]
        array = numpy.stack(rows)
        numpy.save(f"{name}.test/output_{i}.npy", array.astype(numpy.float32 if made[0][i]["type"] == "float32" else numpy.int64))


def svc(random, kernel, classes, probability, words=(), features=4):
    counts = [int(count) for count in random.integers(2, 6, classes)]
    total = sum(counts)
    pairs = classes * (classes - 1) // 2
    values = dict(kernel_type=kernel, kernel_params=[0.35, 0.4, 3.0], vectors_per_class=counts, support_vectors=random.normal(30, 1, total * features),
                  coefficients=random.normal(0, 1, (classes - 1) * total), rho=random.normal(0, 0.4, pairs), post_transform="NONE")
    if kernel in ("POLY", "SIGMOID", "LINEAR"):
        values["support_vectors"] = random.normal(0, 1, total * features)
    if probability:
        values.update(prob_a=random.normal(-2, 0.3, pairs), prob_b=random.normal(0, 0.3, pairs))
    values.update({"classlabels_strings": list(words)} if words else {"classlabels_ints": [3 + 2 * i for i in range(classes)]})
    return node("SVMClassifier", ["x"], ["label", "scores"], **values)


def forest(random, classes, positive, post, **others):
    """Two trees of five leaves in all, each of which weighs for every class of the list."""
    leaves = [(0, 1), (0, 3), (0, 4), (1, 1), (1, 2)]
    entries = [(tree, leaf, one) for tree, leaf in leaves for one in classes]
    weights = [float(random.uniform(0, 0.5) if positive else random.normal(0, 1)) for _ in entries]
    return node("TreeEnsembleClassifier", ["x"], ["label", "scores"], nodes_treeids=[0] * 5 + [1] * 3, nodes_nodeids=[0, 1, 2, 3, 4, 0, 1, 2],
                nodes_featureids=[0, 0, 1, 0, 0, 2, 0, 0], nodes_modes=["BRANCH_LEQ", "LEAF", "BRANCH_LT", "LEAF", "LEAF", "BRANCH_GT", "LEAF", "LEAF"],
                nodes_values=[0.1, 0.0, -0.2, 0.0, 0.0, 0.3, 0.0, 0.0], nodes_truenodeids=[1, 0, 3, 0, 0, 1, 0, 0], nodes_falsenodeids=[2, 0, 4, 0, 0, 2, 0, 0],
                nodes_hitrates=[1.0] * 8, nodes_missing_value_tracks_true=[0] * 8, class_treeids=[one[0] for one in entries], class_nodeids=[one[1] for one in entries],
                class_ids=[one[2] for one in entries], class_weights=weights, post_transform=post, **others)


def main():
    random = numpy.random.default_rng(4)
    flowers = ["setosa", "versicolor", "virginica"]

    def data(kernel, rows=2):
        return (random.normal(30 if kernel == "RBF" else 0, 1.2, (CASES, rows, 4))).astype(numpy.float32)

    for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        for classes in (2, 4):
            for probability in (False, True):
                width = classes if probability or classes == 2 else 6
                outputs = [value("label", INT64, [2]), value("scores", FLOAT, [2, width])]
                write(f"svc_{kernel.lower()}_{classes}{'_shares' if probability else ''}", model([svc(random, kernel, classes, probability)], FLOAT, [2, 4], outputs),
                      data(kernel), ["label", "scores"])
        regressor = node("SVMRegressor", ["x"], ["y"], kernel_type=kernel, kernel_params=[0.35, 0.4, 2.0], n_supports=7, support_vectors=random.normal(30 if kernel == "RBF" else 0, 1, 28),
                         coefficients=random.normal(0, 1, 7), rho=[0.3], one_class=1 if kernel == "RBF" else 0)
        write(f"svr_{kernel.lower()}", model([regressor], FLOAT, [2, 4], [value("y", FLOAT, [2, 1])]), data(kernel), ["y"])

    # A classifier of flowers as scikit-learn's converter writes it by default: labels that are texts, and a map of shares for each row.
    linear = node("LinearClassifier", ["x"], ["label", "raw"], coefficients=random.normal(0, 1, 12), intercepts=random.normal(0, 1, 3), classlabels_strings=flowers,
                  post_transform="SOFTMAX", multi_class=1)
    normalizer = node("Normalizer", ["raw"], ["shares"], norm="L1")
    cast = node("Cast", ["label"], ["output_label"], domain="", to=STRING)
    zipped = node("ZipMap", ["shares"], ["output_probability"], classlabels_strings=flowers)
    plain = model([linear, normalizer, cast], FLOAT, [1, 4], [value("output_label", STRING, [1]), value("shares", FLOAT, [1, 3])])
    default = model([linear, normalizer, cast, zipped], FLOAT, [1, 4], [value("output_label", STRING, [1]), map_value("output_probability", STRING)])
    write("flowers", plain, data("LINEAR", 1), ["output_label", "shares"], flowers, stored=default)

    # As multilayer perceptrons and neighbours end: a place among classes that are texts.
    argmax = node("ArgMax", ["x"], ["place"], domain="", axis=1)
    chosen = node("ArrayFeatureExtractor", ["classes", "place"], ["chosen"])
    encoded = node("LabelEncoder", ["chosen"], ["y"], keys_strings=flowers[:2], values_int64s=[10, 20], default_int64=-7)
    write("texts", model([argmax, chosen, encoded], FLOAT, [1, 3], [value("y", INT64, [1, 1])], [texts("classes", flowers)]),
          random.normal(0, 1, (CASES, 1, 3)).astype(numpy.float32), ["y"])
    lookup = node("LabelEncoder", ["x"], ["reals"], keys_int64s=[3, 1, 7], values_floats=[0.5, 1.5, 2.5], default_float=-1.0)
    hot = node("OneHotEncoder", ["x"], ["hot"], cats_int64s=[1, 3, 5], zeros=1)
    write("lookups", model([lookup, hot], INT64, [2, 3], [value("reals", FLOAT, [2, 3]), value("hot", FLOAT, [2, 3, 3])]),
          random.integers(0, 9, (CASES, 2, 3)), ["reals", "hot"])

    # Two classes with one score between them.
    two = [value("label", INT64, [2]), value("scores", FLOAT, [2, 2])]
    for post in ("NONE", "LOGISTIC", "SOFTMAX"):
        linear = node("LinearClassifier", ["x"], ["label", "scores"], coefficients=random.normal(0, 1, 4), intercepts=[0.2], classlabels_ints=[5, 9], post_transform=post)
        write(f"linear_one_{post.lower()}", model([linear], FLOAT, [2, 4], two), data("LINEAR"), ["label", "scores"])
        for name, classes, positive, others in (("shares", [0], True, {}), ("numbers", [0], False, {}), ("offset", [0], False, {"base_values": [0.4]}), ("second", [1], True, {})):
            write(f"trees_{name}_{post.lower()}", model([forest(random, classes, positive, post, classlabels_int64s=[3, 8], **others)], FLOAT, [2, 4], two), data("LINEAR"), ["label", "scores"])
    write("trees_three", model([forest(random, [0, 1, 2], False, "SOFTMAX", classlabels_int64s=[3, 8, 1], base_values=[0.4, -0.2, 0.1])], FLOAT, [2, 4],
                               [value("label", INT64, [2]), value("scores", FLOAT, [2, 3])]), data("LINEAR"), ["label", "scores"])


if __name__ == "__main__":
    main()
