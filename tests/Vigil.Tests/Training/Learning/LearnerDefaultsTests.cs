using Vigil.Training.Learning;

namespace Vigil.Tests.Training.Learning;

public sealed class LearnerDefaultsTests
{
    [Fact]
    public void A_model_of_another_size_has_that_many_trees_which_together_learn_as_much()
    {
        var small = LearnerDefaults.Sized(90);
        (small.Rounds * small.Seeds).ShouldBe(90);
        (small.Rounds * small.LearningRate).ShouldBe(LearnerDefaults.Boosting.Rounds * LearnerDefaults.Boosting.LearningRate, 1e-9);
        small.ShouldBe(LearnerDefaults.Boosting with { Rounds = 30, LearningRate = small.LearningRate });
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(200, 67)]
    public void Each_seed_has_as_many_trees_as_the_others(int trees, int rounds) => LearnerDefaults.Sized(trees).Rounds.ShouldBe(rounds);

    [Fact]
    public void Fewer_trees_than_seeds_are_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => LearnerDefaults.Sized(2));

    [Fact]
    public void No_tree_learns_more_than_is_sound() => LearnerDefaults.Sized(3).LearningRate.ShouldBe(0.3);
}
