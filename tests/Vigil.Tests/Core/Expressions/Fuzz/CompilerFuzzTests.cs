using System.Diagnostics;
using System.Globalization;
using Vigil.Core.Expressions;
using Vigil.Tests.Core.Expressions.Oracle;

namespace Vigil.Tests.Core.Expressions.Fuzz;

/// <summary>
/// Whatever is written, the answer is an expression or a reason with its place. VIGIL_FUZZ sets how many sources are tried
/// (20,000), VIGIL_SEED with which the next run begins.
/// </summary>
public sealed class CompilerFuzzTests
{
    /// <summary>A thread of a server has 1.5 MB; who survives on this one survives there.</summary>
    private const int StackBytes = 1 << 20;

    /// <summary>Far more than any source takes, even on a busy machine; a hang takes longer.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    private static readonly int Sources = Setting("VIGIL_FUZZ", 20_000);
    private static readonly int Seed = Setting("VIGIL_SEED", 20260302);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public void No_source_brings_the_compiler_down_and_every_refusal_says_where_and_why()
    {
        int compiled = 0, refused = 0;
        var slowest = (Time: TimeSpan.Zero, Source: "");
        var problem = "";
        var rows = Enumerable.Range(0, 4).Select(i => VigilUnderTest.Row(PaymentGenerator.Next(new Random(i)))).ToList();
        OnSmallStack(() =>
        {
            for (var i = 0; i < Sources && problem.Length == 0; i++)
            {
                var source = new SourceFuzzer(new Random(Seed + i)).Next();
                var watch = Stopwatch.StartNew();
                try
                {
                    Compile(source, rows);
                    compiled++;
                }
                catch (ExpressionException e)
                {
                    refused++;
                    problem = Check(source, e);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    problem = e.ToString();
                }

                if (watch.Elapsed > slowest.Time)
                    slowest = (watch.Elapsed, source);
                if (watch.Elapsed > Budget)
                    problem = $"took {watch.Elapsed}";
                if (problem.Length > 0)
                    problem = $"VIGIL_SEED={Seed + i}: {Excerpt(source)}\n{problem}";
            }
        });
        if (problem.Length > 0)
            Assert.Fail(problem);
        TestContext.Current.TestOutputHelper?.WriteLine($"{compiled} compiled, {refused} refused, the slowest {slowest.Time.TotalMilliseconds} ms: {Excerpt(slowest.Source)}");
        compiled.ShouldBeGreaterThan(Sources / 100);
        refused.ShouldBeGreaterThan(Sources / 4);
    }

    /// <summary>Compiles both ways and runs what compiled.</summary>
    private static void Compile(string source, List<Row> rows)
    {
        ExpressionException? refusal = null;
        var any = false;
        try
        {
            var number = ExpressionCompiler.Number(source, VigilUnderTest.Scope);
            foreach (var row in rows)
                _ = number.Evaluate(row);
            any = true;
        }
        catch (ExpressionException e)
        {
            refusal = e;
        }

        try
        {
            var condition = ExpressionCompiler.Condition(source, VigilUnderTest.Scope);
            foreach (var row in rows)
                condition.Evaluate(row).ShouldBeInRange(Truth.False, Truth.Failed);
        }
        catch (ExpressionException) when (any)
        {
            // A number that is no condition.
        }
        catch (ExpressionException e)
        {
            throw refusal ?? e;
        }
    }

    private static string Check(string source, ExpressionException e)
    {
        if (e.Problem.Length == 0)
            return "a refusal without a reason";
        if (e.Offset < 0 || e.Offset > source.Length)
            return $"offset {e.Offset} is outside: {e.Message}";
        var line = source.Split('\n').ElementAtOrDefault(e.Line - 1);
        return line is null || e.Column < 1 || e.Column > line.Length + 1 ? $"line {e.Line}, column {e.Column} is outside: {e.Message}" : "";
    }

    private static void OnSmallStack(Action action)
    {
        var thread = new Thread(() => action(), StackBytes);
        thread.Start();
        thread.Join();
    }

    private static string Excerpt(string source) => source.Length <= 300 ? source : $"{source[..200]} … {source[^90..]} ({source.Length} characters)";
}
