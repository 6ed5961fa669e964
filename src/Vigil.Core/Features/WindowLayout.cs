namespace Vigil.Core.Features;

/// <summary>
/// Where a window keeps its running values inside an entity's numbers (offsets; -1 for those that nothing asks for).
/// Sums take two numbers each, the halves of an Int128, so that no sum of amounts can overflow.
/// </summary>
internal sealed class WindowLayout(Window window, int tail, long reach)
{
    public long Length { get; } = window.Length;

    public long Delay { get; } = window.Delay;

    /// <summary>Offset of the pointer behind the newest event of the window; windows of one delay share it.</summary>
    public int Tail { get; } = tail;

    /// <summary>Offset of the pointer to the oldest event of the window.</summary>
    public int Head { get; set; }

    /// <summary>
    /// How much older than the entity's newest an event may be and still be in the window, µs. It matters to late
    /// transactions only: what they see must not depend on how much the rules beside the features make an entity keep.
    /// </summary>
    public long Reach { get; } = reach;

    public int Sum { get; set; } = -1;

    public int Squares { get; set; } = -1;

    public int Frauds { get; set; } = -1;

    public int Legits { get; set; } = -1;

    public int LegitSum { get; set; } = -1;

    public int LegitSquares { get; set; } = -1;

    /// <summary>Index of an <see cref="OrderedUnits"/> among the entity's structures.</summary>
    public int Ordered { get; set; } = -1;

    /// <summary>Pairs of (index of a <see cref="ValueCounts"/> among the entity's structures, counted field).</summary>
    public List<(int Structure, int Field)> Distinct { get; } = [];
}
