namespace Vigil.Core.Models;

/// <summary>An inner node as <see cref="TreeShap"/> walks it. Inner nodes of a tree are numbered breadth first, leaves after them.</summary>
/// <param name="Key">The threshold in the order of <see cref="OrderedKeys"/>.</param>
/// <param name="Slot">Which key to compare with it.</param>
/// <param name="Feature">The feature.</param>
/// <param name="LeftShare">The share of the cover that went left.</param>
/// <param name="Left">Number of the left child.</param>
/// <param name="Right">Number of the right child.</param>
/// <param name="Point">Its entry of a pass's points (<see cref="ShapTree"/>); 0 is for rows that went elsewhere before.</param>
/// <param name="Before">
/// The side of the last node above that asks for the same feature: 1 + 2 i for node i's left, 2 + 2 i for its right; 0 for none.
/// </param>
internal readonly record struct ShapNode(int Key, int Slot, int Feature, float LeftShare, int Left, int Right, int Point, int Before);
