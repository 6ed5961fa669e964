using Vigil.Core.Features;
using Vigil.Core.Models;
using Vigil.Core.Rules;
using Vigil.Detection.Kafka;
using Vigil.Storage;
using Vigil.Training.Registry;
using Vigil.Web.Caching;

namespace Vigil.Cli.Host.Doctor;

/// <summary>What a check has found so far. Safe to read while the check goes on.</summary>
internal sealed class Findings(string check)
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _findings = [];

    public void Add(Finding finding)
    {
        lock (_lock)
            _findings.Add(finding);
    }

    /// <summary>Looks at one thing; where that fails, the failure is the finding, and the next thing is looked at all the same.</summary>
    /// <param name="name">Name of the finding, after the check's.</param>
    /// <param name="look">Gives the finding; its name is replaced.</param>
    /// <param name="what">What to do where it throws; empty where its message says so.</param>
    /// <returns>Whether it is not broken.</returns>
    public bool Try(string name, Func<Finding> look, string what) => TryAsync(name, () => Task.FromResult(look()), what).GetAwaiter().GetResult();

    /// <inheritdoc cref="Try"/>
    public async Task<bool> TryAsync(string name, Func<Task<Finding>> look, string what)
    {
        var finding = await FindAsync(name, look, what);
        Add(finding);
        return finding.Status != FindingStatus.Fail;
    }

    /// <summary>Looks at several things side by side; otherwise as <see cref="TryAsync"/>.</summary>
    /// <param name="looks">What <see cref="TryAsync"/> takes, in the order of the findings.</param>
    public async Task AllAsync(IEnumerable<(string Name, Func<Task<Finding>> Look, string What)> looks)
    {
        // Task.Run: some of them block.
        foreach (var finding in await Task.WhenAll(looks.Select(look => Task.Run(() => FindAsync(look.Name, look.Look, look.What)))))
            Add(finding);
    }

    public IReadOnlyList<Finding> Now()
    {
        lock (_lock)
            return [.. _findings];
    }

    private async Task<Finding> FindAsync(string name, Func<Task<Finding>> look, string what)
    {
        name = $"{check}.{name}";
        try
        {
            return await look() with { Name = name };
        }
        catch (Exception e) when (IsExpected(e))
        {
            return new Finding(name, FindingStatus.Fail, e.Message, what.Length == 0 ? null : what);
        }
    }

    /// <summary>Failures that say what is wrong with what was looked at; any other is a defect of the doctor.</summary>
    public static bool IsExpected(Exception e) => e is StorageException or FeatureSetException or RuleSetException or ModelFormatException
        or RegistryException or KafkaProblemException or RedisException or CommandException or FormatException
        or InvalidDataException or IOException or UnauthorizedAccessException;
}
