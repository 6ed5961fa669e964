namespace Vigil.Core.Models;

/// <summary>
/// Where one tree is in the arrays of <see cref="TreeShap"/>, which are those of all trees: a model of hundreds of trees is
/// a few large objects, not thousands of small ones that the collector would move while payments wait.
/// </summary>
/// <param name="Node">Its first inner node; they lie breadth first.</param>
/// <param name="NodeCount">Inner nodes.</param>
/// <param name="Leaf">Its first leaf value; one more than there are inner nodes.</param>
/// <param name="Point">
/// Its first point. Each pass of four points of integration has <paramref name="PointCount"/> entries: zero, the points
/// themselves, and one for each node whose feature was asked before.
/// </param>
/// <param name="PointCount">Entries of a pass.</param>
/// <param name="PassCount">Passes.</param>
internal readonly record struct ShapTree(int Node, int NodeCount, int Leaf, int Point, int PointCount, int PassCount)
{
    public int LeafCount => NodeCount + 1;
}
