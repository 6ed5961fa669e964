using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vigil.Core.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Detection.Embedded;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;
using Timestamp = Vigil.Core.Transactions.Timestamp;

namespace Vigil.Tests.Detection.Rules;

/// <summary>Rules and lists that change while payments are decided. The full measurement: VIGIL_PUBLICATIONS=1000.</summary>
public sealed class PublicationTests(ITestOutputHelper output)
{
    private static byte[] Payment(string id, string more = "") =>
        TestStore.Json(id, $"A{id.GetHashCode(StringComparison.Ordinal) & 255}", Timestamp.FromDateTime(DateTime.UtcNow), "50", more);

    [Fact]
    public async Task Rules_that_do_not_compile_replace_nothing_and_the_next_version_is_taken_again()
    {
        await using var test = new LoopFixture(rules: ["""{ "name": "one", "rule": "review when amount > 10" }"""]);
        test.Publish(TestRules.Of("review when no_such_feature > 1"));
        (await test.Watch.LookAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await test.Watch.LookAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
        test.Loop.Setup.Rules.Version.ShouldBe("1");
        (await test.SubmitAsync(Payment("a"))).Kind.ShouldBe(SubmissionKind.Decided);
        test.Publish(TestRules.Of("review when amount > 20"));
        (await test.Watch.LookAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        test.Loop.Setup.Rules.Version.ShouldBe("3");
    }

    [Fact]
    public async Task New_windows_are_cold_then_filled_and_a_rollback_is_warm_at_once()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var test = new LoopFixture(rules: ["""{ "name": "one", "rule": "review when amount > 10" }"""]);
        for (var i = 0; i < 5; i++)
            await test.SubmitAsync(Payment($"a{i}", ",\"device_id\":\"D1\""));
        test.Publish(TestRules.Of("review when count(device_id, '1h') >= 5"));
        await test.Watch.LookAsync(stop);
        test.Loop.Windows.ShouldHaveSingleItem().Since.ShouldBeNull();
        await test.Watch.FillMissingAsync(stop);
        test.Loop.Windows.ShouldHaveSingleItem().IsWhole.ShouldBeTrue("the record begins within the window");
        await test.SubmitAsync(Payment("b", ",\"device_id\":\"D1\""));
        (await Outcomes(test)).Last().ShouldBe(1UL);

        test.Publish(TestRules.Of("review when amount > 1000"));
        await test.Watch.LookAsync(stop);
        test.Store.Rules.Rollback(2, "test", "", 1);
        await test.Watch.LookAsync(stop);
        test.Loop.Windows.ShouldHaveSingleItem().IsWhole.ShouldBeTrue("kept for one generation");
    }

    [Fact]
    public async Task A_list_that_changes_is_known_without_a_transaction_and_by_the_next_one()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var test = new LoopFixture(rules: ["""{ "name": "one", "rule": "block when device_id in list('stolen')" }"""]);
        test.Store.Lists.Put("stolen", ListType.Text, "", "test", 1);
        for (var i = 0; i < 9_000; i += 3_000)
        {
            var lines = string.Join('\n', Enumerable.Range(i, 3_000).Select(n => $"D{n}"));
            await test.Store.Lists.ImportAsync("stolen", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(lines)), null, "test", 1, null, stop);
        }

        await test.Watch.LookAsync(stop);
        while (test.Loop.LastListChangeId < 9_000)
            await Task.Yield();
        await test.SubmitAsync(Payment("a", ",\"device_id\":\"D8999\""));
        (await Outcomes(test)).ShouldBe([1UL]);
    }

    [Fact]
    public async Task A_thousand_rule_sets_under_load_lose_no_transaction_and_leave_nothing_behind()
    {
        var stop = TestContext.Current.CancellationToken;
        var publications = int.Parse(Environment.GetEnvironmentVariable("VIGIL_PUBLICATIONS") ?? "40", System.Globalization.CultureInfo.InvariantCulture);
        await using var test = new LoopFixture(rules: ["""{ "name": "one", "rule": "review when amount > 10" }"""]);
        var delays = new List<double>();
        var programs = new List<WeakReference>();
        // The first ones compile everything that all others use.
        await UnderLoadAsync(test, delays, async () => programs.Add(await PublishAsync(test, 0, stop)), stop);
        // What the disk and the scheduler do to payments without any publication.
        List<double> quiet = [];
        while (quiet.Count < 4 * publications)
            await UnderLoadAsync(test, quiet, () => Task.CompletedTask, stop);
        delays.Clear();
        await UnderLoadAsync(test, delays, async () => await PublishAllAsync(1, publications / 4), stop);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        await UnderLoadAsync(test, delays, async () => await PublishAllAsync(publications / 4, publications), stop);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        test.Store.Summary().Processed.ShouldBe(test.Sent);
        Collect();
        var alive = programs.Count(p => p.IsAlive);
        output.WriteLine($"without publications: {Told(quiet)}");
        output.WriteLine($"{publications} publications: {Told(delays)}");
        output.WriteLine($"{alive} programs alive; memory grew by {grown / 1024} KiB after the first quarter");
        alive.ShouldBeLessThan(4, "the one that decides, and what threads still hold");
        grown.ShouldBeLessThan(16L << 20);

        async Task PublishAllAsync(int from, int to)
        {
            for (var i = from; i < to; i++)
                programs.Add(await PublishAsync(test, i, stop));
        }
    }

    /// <summary>Sends one payment after the other while something is done, and at least 200; adds how long each took, in milliseconds.</summary>
    private static async Task UnderLoadAsync(LoopFixture test, List<double> delays, Func<Task> work, CancellationToken stop)
    {
        var isWorking = true;
        var load = Task.Run(
            async () =>
            {
                for (var i = 0; Volatile.Read(ref isWorking) || i < 200; i++)
                {
                    var (payment, started) = (Payment($"p{test.Sent}", $",\"device_id\":\"D{i % 50}\""), Stopwatch.GetTimestamp());
                    (await test.SubmitAsync(payment)).Kind.ShouldBe(SubmissionKind.Decided);
                    delays.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            }, stop);
        try
        {
            await work();
        }
        finally
        {
            Volatile.Write(ref isWorking, false);
            await load;
        }
    }

    private static string Told(List<double> delays)
    {
        delays.Sort();
        return $"{delays.Count} transactions: median {delays[delays.Count / 2]:F2} ms, 99.9 % {delays[(int)(delays.Count * 0.999)]:F2} ms, most {delays[^1]:F2} ms";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> PublishAsync(LoopFixture test, int number, CancellationToken stop)
    {
        // Texts, numbers and windows that no set before had.
        test.Publish(TestRules.Of(
            $"review when amount > {1_000 + number} && merchant_category == 'c{number}'",
            $"review when count(device_id, '{1 + number % 40}h') > {number + 1_000}",
            $"tag('t{number}') when location == 'x'"));
        (await test.Watch.LookAsync(stop)).ShouldBeTrue();
        await test.Watch.FillMissingAsync(stop);
        return new WeakReference(test.Loop.Setup.Program);
    }

    private static void Collect()
    {
        for (var i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static Task<List<ulong>> Outcomes(LoopFixture test)
    {
        using var rows = test.Store.ReadAll();
        var matched = new List<ulong>();
        while (rows.Read())
            matched.Add(new RuleResults(rows.RuleResults).Matched.Words is [var word, ..] ? word : 0);
        return Task.FromResult(matched);
    }
}
