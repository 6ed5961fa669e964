using System.Globalization;
using Microsoft.Extensions.Logging;
using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Detection.Embedded;
using Vigil.Storage;

namespace Vigil.Detection.Rules;

/// <summary>
/// Takes over rules that come into force and lists that change, whoever changed them: looks twice a second, compiles
/// beside the decisions, and lets the loop change over between two batches. What cannot be used replaces nothing.
/// Windows that no rule used before are filled beside the decisions, too.
/// </summary>
public sealed class RulesWatch(DecisionLoop loop, Store store, TimeProvider time, ILogger logger)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan RetryFill = TimeSpan.FromSeconds(30);

    private (int Version, string Features) _failed;
    private string _failure = "";

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(WatchAsync(cancel), FillAsync(cancel));

    /// <summary>Takes over what is new, and returns when it decides.</summary>
    /// <returns>Whether the rules in force decide now.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel)
    {
        if (store.Bounds().LastListChangeId > loop.LastListChangeId)
            await loop.CatchUpAsync(cancel);
        if (store.Rules.VersionInForce() is not { } version || loop.Setup.Rules.Version == Text(version))
            return true;
        if (_failed == (version, loop.Setup.Features.Hash))
            return false;
        try
        {
            var rules = RuleSetJson.Parse(store.Rules.Find(version)!.Content, Text(version));
            await loop.ChangeAsync(
                setup => setup with { Program = RuleProgram.Compile(rules, setup.Features) }, cancel);
            loop.RulesTaken(used: true);
            return true;
        }
        catch (RuleSetException e)
        {
            // Said once: it stays as it is until another version comes, or another feature set.
            _failed = (version, loop.Setup.Features.Hash);
            loop.RulesTaken(used: false);
            logger.RulesFailed(e, version, loop.Setup.Rules.Version);
            return false;
        }
    }

    /// <summary>Fills the windows that are missing now, and returns when they decide.</summary>
    public async Task FillMissingAsync(CancellationToken cancel)
    {
        var program = loop.Setup.Program;
        // Those of rules that came after are looked at the next time.
        var known = program.Aggregates.ToHashSet();
        var missing = loop.Windows.Where(w => w.Since is null && known.Contains(w.Aggregate)).Select(w => w.Aggregate)
            .GroupBy(a => (a.Entity, a.Filter)).Select(g => (IReadOnlyList<Aggregate>)[.. g]).ToList();
        foreach (var aggregates in missing)
        {
            logger.FillingWindows(aggregates.Count, aggregates[0].Entity);
            var filled = await Task.Factory.StartNew(
                () => new Backfill(store).Fill(program, aggregates, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await loop.AdoptAsync(filled, cancel);
        }
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            try
            {
                await LookAsync(cancel);
                _failure = "";
            }
            catch (StorageException e)
            {
                // Said once, not twice a second.
                if (_failure != e.Message)
                    logger.RulesWatchFailed(e, Interval);
                _failure = e.Message;
            }
        }
    }

    private async Task FillAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            try
            {
                await FillMissingAsync(cancel);
            }
            catch (Exception e) when (e is StorageException or InvalidDataException)
            {
                logger.WindowsFailed(e);
                await Task.Delay(RetryFill, time, cancel);
            }
        }
    }

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
