namespace Vigil.Core.Models;

/// <summary>One tree as <see cref="TreeShap"/> walks it.</summary>
/// <param name="Nodes">The inner nodes, breadth first.</param>
/// <param name="Leaves">The values of the leaves.</param>
/// <param name="Passes">
/// By four points of integration: entry 0 is zero, entry 1 the points themselves, the others for nodes whose feature was
/// asked before.
/// </param>
/// <param name="Expected">The mean leaf value by cover.</param>
internal sealed record ShapTree(ShapNode[] Nodes, float[] Leaves, ShapPoint[][] Passes, double Expected);
