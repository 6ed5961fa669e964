namespace Vigil.Core.Models;

/// <summary>
/// What each feature did along the paths that a row takes: the change of the expected leaf value from a node to the
/// child that the feature chose, summed by feature (Saabas, "Interpreting random forests", 2014). Adds up to the margin
/// less the expected margin. Cheap, and unlike Shapley values biased towards splits near the leaves.
/// </summary>
internal sealed class PathContributions
{
    private readonly TreeNodes _nodes;
    private readonly float[] _expected;

    public PathContributions(TreeNodes nodes)
    {
        _nodes = nodes;
        _expected = new float[nodes.Count];
        var order = new List<int>();
        for (var t = 0; t < nodes.TreeCount; t++)
        {
            // Parents before children, whatever their numbers; then from the back, each child is done before its parent.
            var start = nodes.Offsets[t];
            order.Clear();
            order.Add(start);
            for (var i = 0; i < order.Count; i++)
            {
                if (nodes.Left[order[i]] == TreeNodes.Leaf)
                    continue;
                order.Add(start + nodes.Left[order[i]]);
                order.Add(start + nodes.Right[order[i]]);
            }

            for (var i = order.Count - 1; i >= 0; i--)
                _expected[order[i]] = Expected(start, order[i]);
        }
    }

    /// <summary>Adds every tree's contributions.</summary>
    /// <param name="row">The features.</param>
    /// <param name="contributions">By feature; added to.</param>
    public void Add(ReadOnlySpan<float> row, Span<float> contributions)
    {
        for (var t = 0; t < _nodes.TreeCount; t++)
        {
            var start = _nodes.Offsets[t];
            for (var i = start; _nodes.Left[i] != TreeNodes.Leaf;)
            {
                var x = row[_nodes.Feature[i]];
                var left = float.IsNaN(x) ? _nodes.DefaultLeft[i] : x < _nodes.Value[i];
                var child = start + (left ? _nodes.Left[i] : _nodes.Right[i]);
                contributions[_nodes.Feature[i]] += _expected[child] - _expected[i];
                i = child;
            }
        }
    }

    private float Expected(int start, int i)
    {
        if (_nodes.Left[i] == TreeNodes.Leaf)
            return _nodes.Value[i];
        var (left, right) = (start + _nodes.Left[i], start + _nodes.Right[i]);
        var (leftCover, rightCover) = (_nodes.Cover[left], _nodes.Cover[right]);
        var cover = leftCover + rightCover;

        // A document without covers: both children count alike.
        return cover > 0
            ? (leftCover * _expected[left] + rightCover * _expected[right]) / cover
            : (_expected[left] + _expected[right]) / 2;
    }
}
