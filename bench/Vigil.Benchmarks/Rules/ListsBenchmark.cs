using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vigil.Core.Rules.Lists;

namespace Vigil.Benchmarks.Rules;

/// <summary>A look into a list of one, a thousand and a million values of each type.</summary>
internal static class ListsBenchmark
{
    private const int Lookups = 1_000_000;

    public static int Run()
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine("| type | values | fill, s | MB held | found, ns | not found, ns | bytes allocated per look |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var type in Enum.GetValues<ListType>())
        {
            foreach (var count in new[] { 1, 1_000, 1_000_000 })
                Measure(type, count);
        }

        return 0;
    }

    private static void Measure(ListType type, int count)
    {
        byte[][] present = [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(Value(type, i)))];
        byte[][] absent = [.. Enumerable.Range(0, Math.Min(count, 100_000)).Select(i => Encoding.UTF8.GetBytes(Value(type, 2_000_000 + i)))];
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var catalog = new ListCatalog();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
            catalog.Apply(new ListChange(i + 1, "list", type, present[i], added: true));
        var filled = watch.Elapsed.TotalSeconds;
        held = GC.GetTotalMemory(forceFullCollection: true) - held;
        var list = catalog.Get("list");
        // In an order that the caches cannot guess.
        new Random(1).Shuffle(present);
        _ = Look(list, present, true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Enumerable.Range(0, 5).Min(_ => Look(list, present, true));
        var missed = Enumerable.Range(0, 5).Min(_ => Look(list, absent, false));
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (10.0 * Lookups);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {type.ToString().ToLowerInvariant()} | {count:N0} | {filled:N2} | {held / 1e6:N1} | {found:N1} | {missed:N1} | {bytes:N1} |"));
        GC.KeepAlive(catalog);
    }

    private static double Look(ValueList list, byte[][] values, bool expected)
    {
        var wrong = 0;
        var start = Stopwatch.GetTimestamp();
        for (int i = 0, at = 0; i < Lookups; i++)
        {
            if (list.Contains(values[at], 0) != expected)
                wrong++;
            if (++at == values.Length)
                at = 0;
        }

        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Lookups;
        return wrong == 0 ? time : throw new InvalidOperationException($"{wrong} looks were answered wrongly");
    }

    private static string Value(ListType type, int i) => type switch
    {
        ListType.Email => $"user.{i}@example.com",
        ListType.Ip => $"{10 + i / 16_777_216}.{i / 65_536 % 256}.{i / 256 % 256}.{i % 256}",
        ListType.Number => i.ToString(CultureInfo.InvariantCulture),
        _ => $"device-{i:x8}",
    };
}
