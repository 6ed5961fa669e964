namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>Makes a failing expression smaller for as long as it fails.</summary>
internal static class OracleShrinker
{
    private const int MaxTries = 3_000;

    private static readonly OracleNode[] Small =
        [new OracleNode.Literal(true), new OracleNode.Literal(false), new OracleNode.Literal(0L), new OracleNode.Literal(1.0), new OracleNode.Literal("")];

    public static OracleNode Shrink(OracleNode node, Func<OracleNode, bool> fails)
    {
        var tries = 0;
        while (true)
        {
            var smaller = Smaller(node).Where(c => c.Size() < node.Size()).OrderBy(c => c.Size()).TakeWhile(_ => tries++ < MaxTries).FirstOrDefault(fails);
            if (smaller is null)
                return node;
            node = smaller;
        }
    }

    /// <summary>The tree with one node replaced by one of its descendants, without one of its items, or by a constant.</summary>
    private static IEnumerable<OracleNode> Smaller(OracleNode node)
    {
        var children = node.Children();
        foreach (var child in children)
            yield return child;
        if (children.Count > 0)
        {
            foreach (var small in Small)
                yield return small;
        }

        if (node is OracleNode.List list)
        {
            for (var i = 0; i < list.Items.Count; i++)
                yield return new OracleNode.List([.. list.Items.Where((_, at) => at != i)]);
        }

        for (var i = 0; i < children.Count; i++)
        {
            foreach (var child in Smaller(children[i]))
                yield return node.With([.. children.Select((c, at) => at == i ? child : c)]);
        }
    }
}
