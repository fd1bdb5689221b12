using EdgeAI.Compiler.Import.Onnx;
using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Operators.Tabular;

/// <summary>ONNX TfIdfVectorizer over integers: its pool of n-grams as a tree. A weight is that of a score, as ONNX Runtime has it.</summary>
internal sealed class NgramOnnx : IOnnxForm
{
    private const int MostScores = 1 << 20;

    /// <inheritdoc/>
    public IReadOnlyList<string> OperatorTypes => ["TfIdfVectorizer"];

    /// <inheritdoc/>
    public void Import(OnnxNode node, OnnxGraphBuilder builder)
    {
        if (node.Strings("pool_strings") is { Length: > 0 } texts)
        {
            throw new OnnxNodeException($"its n-grams are texts ('{texts[0]}', …)", "A text is no number on a device; encode words as numbers before the model, and its pool as pool_int64s");
        }

        long least = node.RequiredInt("min_gram_length");
        long most = node.RequiredInt("max_gram_length");
        long skips = node.RequiredInt("max_skip_count");
        string mode = node.Text("mode", "");
        if (least < 1 || most < least || most > 1 << 16 || skips is < 0 or > 1 << 24 || mode is not ("TF" or "IDF" or "TFIDF"))
        {
            throw new OnnxNodeException($"it counts n-grams of {least} to {most} elements with {skips} skips by '{mode}'",
                "Lengths from 1 on, skips from 0 on, and TF, IDF and TFIDF are supported");
        }

        long[] indexes = Required(node, "ngram_indexes");
        if (indexes.Length == 0 || indexes.Any(index => index is < 0 or >= MostScores))
        {
            throw new OnnxNodeException("ngram_indexes is empty or holds an index that is out of range", $"Indexes from 0 to {MostScores - 1} are supported");
        }

        int scores = (int)indexes.Max() + 1;
        float[] weights = mode == "TF" || node.Floats("weights") is not { Length: > 0 } given ? [.. Enumerable.Repeat(1f, scores)] : [.. given.Take(scores)];
        if (weights.Length != scores)
        {
            throw new OnnxNodeException($"it has {weights.Length} weights", $"One for each of {scores} scores is needed");
        }

        (long[] values, int[] links) = new NgramTree(Required(node, "pool_int64s"), Required(node, "ngram_counts"), indexes, (int)least, (int)most).Flat();
        builder.Bind(node, 0, builder.Add("Ngrams", new NgramAttributes((int)least, (int)most, (int)skips, mode == "IDF"), node.Input(0),
            Tensor.FromValues<long>(builder.UniqueTensorName($"{node.Name}/values"), ElementType.Int64, new Shape(values.Length), values),
            Tensor.FromValues<int>(builder.UniqueTensorName($"{node.Name}/links"), ElementType.Int32, new Shape(values.Length + 1, 3), links),
            builder.Constant("weights", new Shape(scores), weights)));
    }

    private static long[] Required(OnnxNode node, string name) => [.. node.Ints(name)
        ?? throw new OnnxNodeException($"the attribute {name} is missing", "Export the model again")];

    /// <summary>
    /// The pool of a TfIdfVectorizer: the 1-grams from counts[0] on, the 2-grams from counts[1] on, …, each with its score in the order of the pool. Those of
    /// other lengths than are counted stay out.
    /// </summary>
    private sealed class NgramTree
    {
        private readonly SortedDictionary<long, NgramTree> _children = [];
        private int _score = -1;

        public NgramTree(long[] pool, long[] counts, long[] scores, int least, int most)
        {
            int ngram = 0;
            for (int length = 1; length <= counts.Length; length++)
            {
                long start = counts[length - 1];
                long end = length < counts.Length ? counts[length] : pool.Length;
                if (start < 0 || end < start || end > pool.Length || (end - start) % length != 0 || ngram + ((end - start) / length) > scores.Length)
                {
                    throw new OnnxNodeException($"its {length}-grams from {start} to {end} do not fit {pool.Length} elements and {scores.Length} indexes",
                        "Give each n-gram all of its elements and an index");
                }

                for (long at = start; at < end; at += length, ngram++)
                {
                    if (length >= least && length <= most)
                    {
                        Add(pool.AsSpan((int)at, length), (int)scores[ngram]);
                    }
                }
            }
        }

        private NgramTree()
        {
        }

        /// <summary>The elements of the nodes level by level, and the links of the root and of each.</summary>
        public (long[] Values, int[] Links) Flat()
        {
            var values = new List<long>();
            var links = new List<int>();
            var open = new Queue<NgramTree>([this]);
            while (open.TryDequeue(out NgramTree? next))
            {
                links.AddRange(values.Count, next._children.Count, next._score);
                foreach ((long value, NgramTree child) in next._children)
                {
                    values.Add(value);
                    open.Enqueue(child);
                }
            }

            return ([.. values], [.. links]);
        }

        private void Add(ReadOnlySpan<long> ngram, int score)
        {
            NgramTree at = this;
            foreach (long value in ngram)
            {
                if (!at._children.TryGetValue(value, out NgramTree? child))
                {
                    at._children[value] = child = new();
                }

                at = child;
            }

            at._score = score;
        }
    }
}
