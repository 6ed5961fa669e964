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
        using var ending = new CancellationTokenSource();
        var delays = new List<double>();
        var load = Task.Run(
            async () =>
            {
                var sent = 0;
                for (; !ending.IsCancellationRequested || sent < 200; sent++)
                {
                    var started = Stopwatch.GetTimestamp();
                    (await test.SubmitAsync(Payment($"p{sent}", $",\"device_id\":\"D{sent % 50}\""))).Kind.ShouldBe(SubmissionKind.Decided);
                    delays.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                return sent;
            }, stop);
        var programs = new List<WeakReference>();
        var memory = 0L;
        for (var i = 0; i < publications; i++)
        {
            programs.Add(await PublishAsync(test, i, stop));
            if (i == publications / 4)
                memory = GC.GetTotalMemory(forceFullCollection: true);
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        await ending.CancelAsync();
        var sent = await load;
        test.Store.Summary().Processed.ShouldBe(sent);
        Collect();
        var alive = programs.Count(p => p.IsAlive);
        delays.Sort();
        output.WriteLine(
            $"{publications} publications, {sent} transactions: median {delays[sent / 2]:F2} ms, 99.9 % {delays[(int)(sent * 0.999)]:F2} ms, most {delays[^1]:F2} ms; "
            + $"{alive} programs alive; memory grew by {grown / 1024} KiB after the first quarter");
        alive.ShouldBeLessThan(4, "the one that decides, and what threads still hold");
        grown.ShouldBeLessThan(16L << 20);
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
