namespace Vigil.Tests.Cli.Observe;

/// <summary>Tests whose seconds count: they run one after the other, when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TakesItsTime
{
    public const string Name = "takes its time";
}
