using Vigil.Training.Simulation;

namespace Vigil.Tests.Training;

/// <summary>The Handbook's data set, read once for all tests that need it.</summary>
internal static class HandbookData
{
    private static readonly Lazy<CompactDataset> Whole = new(() =>
    {
        using var file = File.OpenRead(Shared.PathOrSkip("data/handbook_simulated_compact.csv.gz"));
        return CompactFile.Read(file);
    });

    public static CompactDataset OrSkip => Whole.Value;
}
