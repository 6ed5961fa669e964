namespace Vigil.Core.Models;

/// <summary>Collects trees, one after another, into <see cref="TreeNodes"/>.</summary>
public sealed class TreeNodesBuilder
{
    public TreeNodesBuilder()
        : this(0)
    {
    }

    /// <param name="capacity">Nodes that there is room for at once.</param>
    internal TreeNodesBuilder(int capacity)
    {
        (Left, Right, Feature) = (new List<int>(capacity), new List<int>(capacity), new List<int>(capacity));
        (Value, Cover, Gain, Weight) = (new List<float>(capacity), new List<float>(capacity), new List<float>(capacity), new List<float>(capacity));
        DefaultLeft = new List<bool>(capacity);
    }

    internal List<int> Offsets { get; } = [];

    internal List<int> Left { get; }

    internal List<int> Right { get; }

    internal List<int> Feature { get; }

    internal List<float> Value { get; }

    internal List<bool> DefaultLeft { get; }

    internal List<float> Cover { get; }

    internal List<float> Gain { get; }

    internal List<float> Weight { get; }

    private int Base => Offsets[^1];

    public int TreeCount => Offsets.Count;

    /// <summary>Starts a tree; its first node is the root.</summary>
    public void BeginTree() => Offsets.Add(Left.Count);

    /// <summary>Adds a leaf to the current tree.</summary>
    /// <param name="value">What it adds to the margin.</param>
    /// <param name="weight">The same before the learning rate.</param>
    /// <param name="cover">Sum of hessians of its training rows.</param>
    /// <returns>Its index within the tree.</returns>
    public int AddLeaf(float value, float weight, float cover)
    {
        Left.Add(TreeNodes.Leaf);
        Right.Add(TreeNodes.Leaf);
        Feature.Add(0);
        Value.Add(value);
        DefaultLeft.Add(false);
        Cover.Add(cover);
        Gain.Add(0f);
        Weight.Add(weight);
        return Left.Count - 1 - Base;
    }

    /// <summary>Turns a leaf of the current tree into an inner node.</summary>
    /// <param name="node">The leaf, within the tree.</param>
    /// <param name="feature">The column it looks at.</param>
    /// <param name="threshold">Values below go left.</param>
    /// <param name="defaultLeft">Whether missing values go left.</param>
    /// <param name="gain">Reduction of twice the training loss.</param>
    /// <param name="left">Left child within the tree.</param>
    /// <param name="right">Right child within the tree.</param>
    public void Split(int node, int feature, float threshold, bool defaultLeft, float gain, int left, int right)
    {
        var i = Base + node;
        Left[i] = left;
        Right[i] = right;
        Feature[i] = feature;
        Value[i] = threshold;
        DefaultLeft[i] = defaultLeft;
        Gain[i] = gain;
    }

    /// <summary>Appends all trees of another ensemble, leaf values times <paramref name="scale"/>.</summary>
    public void Append(TreeNodes trees, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(trees);
        for (var t = 0; t < trees.TreeCount; t++)
        {
            BeginTree();
            for (var i = trees.Offsets[t]; i < trees.Offsets[t + 1]; i++)
            {
                var leaf = trees.Left[i] == TreeNodes.Leaf;
                Left.Add(trees.Left[i]);
                Right.Add(trees.Right[i]);
                Feature.Add(trees.Feature[i]);
                Value.Add(leaf ? trees.Value[i] * scale : trees.Value[i]);
                DefaultLeft.Add(trees.DefaultLeft[i]);
                Cover.Add(trees.Cover[i]);
                Gain.Add(trees.Gain[i]);
                Weight.Add(trees.Weight[i]);
            }
        }
    }

    /// <summary>Multiplies the leaves of each tree.</summary>
    /// <param name="weights">One for each tree.</param>
    internal void Scale(ReadOnlySpan<float> weights)
    {
        for (var t = 0; t < weights.Length; t++)
        {
            for (var i = Offsets[t]; i < (t + 1 < Offsets.Count ? Offsets[t + 1] : Left.Count); i++)
            {
                if (Left[i] == TreeNodes.Leaf)
                    Value[i] *= weights[t];
            }
        }
    }

    public TreeNodes Build() => new(this);
}
