using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Tests.Core.Rules;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection;

/// <summary>Deciders that share a database, their merchants and their places decide as one alone does.</summary>
public sealed class SharedDatabaseTests
{
    private const int Payments = 500;

    [Theory]
    [InlineData("default", 21)]
    [InlineData("handbook", 22)]
    public void Decisions_of_two_in_turns_equal_those_of_one_bit_for_bit(string features, int seed)
    {
        var one = Play(features, seed, deciders: 1);
        one.Length.ShouldBe(Payments);
        Play(features, seed, deciders: 2).ShouldBe(one);
    }

    private static string[] Play(string features, int seed, int deciders)
    {
        using var database = new TestDatabase(DatabaseKind.Postgres);
        using var store = Store.Open(database.Place);
        var setup = new EngineSetup(FeatureSets.Load(features), TestRules.Guide);
        var writers = Enumerable.Range(0, deciders).Select(_ => store.OpenWriter(Durability.Process)).ToArray();
        var all = writers.Select(writer => new BatchDecider(writer, setup, TimeProvider.System)).ToArray();
        var payments = new RandomPayments(seed);
        for (var done = 0; done < Payments;)
        {
            if (done > 0 && payments.OneIn(2))
                store.Cases.AddLabel(new NewLabel(RandomPayments.Id(payments.Below(done)), true, "api", payments.Time, "test"), payments.Time).ShouldBeTrue();
            var size = Math.Min(1 + payments.Below(12), Payments - done);
            ReadOnlyMemory<byte>[] batch = [.. Enumerable.Range(0, size).Select(_ => new ReadOnlyMemory<byte>(payments.Next()))];
            // Split by account, and kept in the order of the one: who decides changes within a batch, too.
            for (var i = 0; i < size;)
            {
                var owner = Owner(batch[i], deciders);
                var end = i + 1;
                while (end < size && Owner(batch[end], deciders) == owner)
                    end++;
                var decider = all[owner];
                decider.Begin();
                decider.Announce(batch[i..end]);
                for (var n = i; n < end; n++)
                    decider.Decide(n - i, batch[n].Span, 0).Kind.ShouldBe(VerdictKind.Decided);
                decider.Commit();
                i = end;
            }

            done += size;
        }

        Array.ForEach(writers, writer => writer.Dispose());
        return Stored(store);
    }

    /// <summary>All that was decided, in its order, to the last bit.</summary>
    internal static string[] Stored(Store store)
    {
        using var rows = store.ReadAll();
        var texts = new List<string>();
        while (rows.Read())
        {
            texts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Sequence} {Convert.ToHexString(MemoryMarshal.AsBytes(rows.Features))} {rows.Outcome} {Encoding.UTF8.GetString(rows.Reason)} {rows.Provenance.LabelId}"));
        }

        return [.. texts];
    }

    private static int Owner(ReadOnlyMemory<byte> json, int deciders)
    {
        var transaction = new Transaction();
        TransactionJson.TryDecode(json.Span, transaction, out _).ShouldBeTrue();
        return transaction[Field.AccountId][^1] % deciders;
    }
}
