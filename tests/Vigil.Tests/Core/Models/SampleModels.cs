using System.Buffers;
using Vigil.Core.Models;
using Vigil.Tests.Training.Boosting;
using Vigil.Training.Boosting;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;
using Vigil.Training.Logistic;

namespace Vigil.Tests.Core.Models;

/// <summary>One model of each kind, trained once, and rows to score; wide enough for the vectorised path and its rest.</summary>
internal static class SampleModels
{
    internal static FeatureMatrix Rows { get; } = TestRows.Make(300, 19, seed: 9).X;

    internal static TreeEnsemble Trees { get; } = Train((x, y) => BoostedTreesTrainer.Train(x, y, new BoostingOptions { Rounds = 19, MaxDepth = 5 }).Model);

    internal static IsolationForest Forest { get; } = Train((x, _) => IsolationForestTrainer.Train(x, new IsolationOptions { Trees = 13, SampleSize = 64 }));

    internal static LogisticModel Logistic { get; } = Train((x, y) => LogisticTrainer.Train(x, y, new LogisticOptions()));

    internal static Model Of(ModelKind kind) => kind switch
    {
        ModelKind.Trees => Trees,
        ModelKind.IsolationForest => Forest,
        _ => Logistic,
    };

    internal static byte[] Write(Model model)
    {
        var output = new ArrayBufferWriter<byte>();
        ModelFile.Write(model, output);
        return output.WrittenSpan.ToArray();
    }

    private static T Train<T>(Func<FeatureMatrix, byte[], T> train)
    {
        var (x, labels) = TestRows.Make(1500, 19, seed: 8);
        return train(x, labels);
    }
}
