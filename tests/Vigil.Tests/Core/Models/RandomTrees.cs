using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

/// <summary>Trees of any shape, whose covers add up.</summary>
internal static class RandomTrees
{
    public static void Add(TreeNodesBuilder builder, Random random, int features, int depth)
    {
        builder.BeginTree();
        Grow(builder.AddLeaf(random.NextSingle() - 0.5f, 0, 1000), 1000, depth);

        void Grow(int node, int cover, int left)
        {
            if (left == 0 || cover < 2)
                return;
            var less = random.Next(0, cover); // 0: a side on which no training row was
            var (below, above) = (builder.AddLeaf(random.NextSingle() - 0.5f, 0, less), builder.AddLeaf(random.NextSingle() - 0.5f, 0, cover - less));
            builder.Split(node, random.Next(features), random.Next(1, 10), random.Next(2) == 0, 1, below, above);
            Grow(below, less, random.Next(left));
            Grow(above, cover - less, left - 1);
        }
    }
}
