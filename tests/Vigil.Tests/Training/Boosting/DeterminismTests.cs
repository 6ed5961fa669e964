using System.Buffers;
using Vigil.Core.Models;
using Vigil.Training.Boosting;

namespace Vigil.Tests.Training.Boosting;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_model_is_the_same_in_every_byte_whatever_the_number_of_threads(int threads)
    {
        var (x, labels) = TestRows.Make(20_000, 9, seed: 3);
        var options = new BoostingOptions
        {
            Rounds = 4,
            Bins = 300,
            MaxDepth = 7,
            RowSample = 0.7,
            ColumnSampleByTree = 0.8,
            ColumnSampleByLevel = 0.7,
            Seeds = 2,
            Seed = 5,
            Threads = 1,
        };
        var weights = Enumerable.Range(0, labels.Length).Select(i => 0.5f + (i % 7)).ToArray();
        Train(threads).ShouldBe(Train(1));

        byte[] Train(int count)
        {
            var output = new ArrayBufferWriter<byte>();
            XgboostJson.Write(BoostedTreesTrainer.Train(x, labels, options with { Threads = count }, weights, cancellationToken: TestContext.Current.CancellationToken).Model, output);
            return output.WrittenSpan.ToArray();
        }
    }

    [Fact]
    public void Another_seed_gives_another_model()
    {
        var (x, labels) = TestRows.Make(2000, 5, seed: 3);
        var options = new BoostingOptions { Rounds = 3, RowSample = 0.5 };
        var one = BoostedTreesTrainer.Train(x, labels, options, cancellationToken: TestContext.Current.CancellationToken).Model;
        var other = BoostedTreesTrainer.Train(x, labels, options with { Seed = 1 }, cancellationToken: TestContext.Current.CancellationToken).Model;
        one.Margin(x.Row(0)).ShouldNotBe(other.Margin(x.Row(0)));
    }
}
