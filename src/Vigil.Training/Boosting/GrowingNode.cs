using System.Runtime.Intrinsics;

namespace Vigil.Training.Boosting;

/// <summary>A node of the tree being grown: a range of the row list, its sums, and the best split found so far.</summary>
internal sealed class GrowingNode
{
    /// <summary>Index within the tree.</summary>
    internal required int Id { get; init; }

    internal required int Depth { get; init; }

    /// <summary>Where the node's rows begin in the row list.</summary>
    internal required int Begin { get; init; }

    internal required int Count { get; init; }

    internal required long Gradient { get; init; }

    internal required long Hessian { get; init; }

    internal required double GainAsLeaf { get; init; }

    internal Split Best { get; set; } = Split.None;

    /// <summary>The node's histogram, while its children may still need it.</summary>
    internal Vector128<long>[]? Histogram { get; set; }

    internal GrowingNode? Left { get; set; }

    internal GrowingNode? Right { get; set; }

    internal int End => Begin + Count;
}
