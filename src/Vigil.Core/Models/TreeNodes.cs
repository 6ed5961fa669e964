namespace Vigil.Core.Models;

/// <summary>
/// The nodes of all trees of an ensemble, as parallel arrays in XGBoost's terms. Children are numbered within their
/// tree; the root is node 0. Walk it for explanations (exact Shapley values need <see cref="Cover"/>);
/// <see cref="TreeEnsemble"/> scores with a denser copy.
/// </summary>
public sealed class TreeNodes
{
    /// <summary>The value of <see cref="Left"/> and <see cref="Right"/> at a leaf.</summary>
    public const int Leaf = -1;

    private readonly int[] _offsets;
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int[] _feature;
    private readonly float[] _value;
    private readonly bool[] _defaultLeft;
    private readonly float[] _cover;
    private readonly float[] _gain;
    private readonly float[] _weight;

    internal TreeNodes(TreeNodesBuilder b)
    {
        _offsets = [.. b.Offsets, b.Left.Count];
        _left = [.. b.Left];
        _right = [.. b.Right];
        _feature = [.. b.Feature];
        _value = [.. b.Value];
        _defaultLeft = [.. b.DefaultLeft];
        _cover = [.. b.Cover];
        _gain = [.. b.Gain];
        _weight = [.. b.Weight];
    }

    private TreeNodes(TreeNodes other, int[] feature)
    {
        (_offsets, _left, _right, _feature, _value) = (other._offsets, other._left, other._right, feature, other._value);
        (_defaultLeft, _cover, _gain, _weight) = (other._defaultLeft, other._cover, other._gain, other._weight);
    }

    /// <summary>The same trees, of which each column stands elsewhere.</summary>
    /// <param name="columns">Where the column of an index stands from now on.</param>
    internal TreeNodes WithColumns(ReadOnlySpan<int> columns)
    {
        var feature = new int[_feature.Length];
        for (var i = 0; i < feature.Length; i++)
            feature[i] = _left[i] == Leaf ? 0 : columns[_feature[i]];
        return new TreeNodes(this, feature);
    }

    public int TreeCount => _offsets.Length - 1;

    public int Count => _left.Length;

    /// <summary>Shape (trees + 1): tree t owns the nodes [Offsets[t], Offsets[t + 1]).</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>Left child within its tree, or <see cref="Leaf"/>. Taken iff value &lt; <see cref="Value"/>.</summary>
    public ReadOnlySpan<int> Left => _left;

    /// <summary>Right child within its tree, or <see cref="Leaf"/>.</summary>
    public ReadOnlySpan<int> Right => _right;

    /// <summary>The column that an inner node looks at; 0 at a leaf.</summary>
    public ReadOnlySpan<int> Feature => _feature;

    /// <summary>The threshold of an inner node; what a leaf adds to the margin.</summary>
    public ReadOnlySpan<float> Value => _value;

    /// <summary>Whether a missing value (NaN) goes left.</summary>
    public ReadOnlySpan<bool> DefaultLeft => _defaultLeft;

    /// <summary>Sum of the hessians of the training rows that passed the node; all 0 if the document did not say.</summary>
    public ReadOnlySpan<float> Cover => _cover;

    /// <summary>By how much the split lowered twice the training loss; 0 at a leaf.</summary>
    public ReadOnlySpan<float> Gain => _gain;

    /// <summary>The weight that the node would have as a leaf, before the learning rate.</summary>
    public ReadOnlySpan<float> Weight => _weight;

    /// <summary>Whether covers are there for all trees; without them, contributions cannot be computed.</summary>
    public bool HasCover
    {
        get
        {
            for (var t = 0; t < TreeCount; t++)
            {
                // A tree that is one leaf moves nothing, whoever passed it.
                if (_left[_offsets[t]] != Leaf && !(_cover[_offsets[t]] > 0f))
                    return false;
            }

            return TreeCount > 0;
        }
    }
}
