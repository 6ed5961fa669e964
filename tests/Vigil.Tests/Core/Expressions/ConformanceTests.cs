using Vigil.Core.Expressions.Conformance;

namespace Vigil.Tests.Core.Expressions;

/// <summary>The tests of the CEL specification that need no protocol buffers.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Every_test_of_the_specification_that_is_at_hand_passes()
    {
        var files = Directory.GetFiles(Shared.PathOrSkip("fixtures/cel"), "*.json");
        var results = files.SelectMany(file => ConformanceSuite.Run(File.ReadAllText(file))).ToList();
        results.Count.ShouldBeGreaterThan(500);
        results.Where(r => !r.Passed).Select(r => $"{r.Id}: {r.Expression} expected {r.Expected}, got {r.Got}").ShouldBeEmpty();
    }
}
