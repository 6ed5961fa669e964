using System.Globalization;
using System.Text;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage;

namespace Vigil.Tests.Storage;

/// <summary>A database of its own, and short ways to fill it.</summary>
internal sealed class TestStore : IDisposable
{
    public const long Start = 1_767_225_600_000_000; // 2026-01-01T00:00:00Z

    public static readonly FeatureSetRecord FeatureSet = new("sha256:abc", "default", "3", "[features]");

    public static readonly EngineVersions Versions = new(
        "default", "3", "sha256:abc", "guide-1", "fraud-detection-model", "7", "sha256:def", ModelKind.Trees, "review=0.5");

    private readonly TestDatabase _database;
    private DecisionWriter? _writer;

    public TestStore(DatabaseKind kind = DatabaseKind.Sqlite)
    {
        _database = new TestDatabase(kind);
        Store = Store.Open(_database.Place);
    }

    public Store Store { get; }

    /// <summary>The path of the file, or the URL.</summary>
    public string Place => _database.Place;

    public string File(string name) => _database.File(name);

    public DecisionWriter Writer
    {
        get
        {
            if (_writer is null)
            {
                _writer = Store.OpenWriter(Durability.Process);
                _writer.SaveFeatureSet(FeatureSet);
                EngineId = _writer.InternEngine(Versions);
            }

            return _writer;
        }
    }

    public long EngineId { get; private set; }

    public static byte[] Json(
        string id, string account = "A", long time = Start, string amount = "12.50", string more = "") =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"transaction_id":"{{id}}","account_id":"{{account}}","timestamp":"{{Timestamp.Format(time)}}","amount":{{amount}}{{more}}}"""));

    public static Decision Decide(Outcome outcome, float score, string reason = "")
    {
        var decision = new Decision(3) { Outcome = outcome, Score = score, Model = ModelKind.Trees, Propensity = outcome == Outcome.Block ? 0.25f : float.NaN };
        decision.HoldRules(64);
        decision.AddMatched(63);
        decision.Say(Encoding.UTF8.GetBytes(reason));
        float[] features = [1.5f, float.NaN, -0.25f];
        features.CopyTo(decision.Features, 0);
        return decision;
    }

    /// <summary>Appends to the open batch.</summary>
    public long Append(byte[] json, Decision? decision = null, long decidedAt = Start)
    {
        var writer = Writer;
        var transaction = new Transaction();
        TransactionJson.TryDecode(json, transaction, out var rejection).ShouldBeTrue(rejection.ToString());
        var sequence = writer.LastSequence + 1;
        writer.Append(
            sequence, json, transaction, decision ?? Decide(Outcome.Allow, 0.1f),
            new Provenance(EngineId, 0, decidedAt - 100, decidedAt, 42));
        return sequence;
    }

    /// <summary>Stores one transaction in a batch of its own.</summary>
    public long Add(byte[] json, Decision? decision = null, long decidedAt = Start)
    {
        Writer.Begin();
        var sequence = Append(json, decision, decidedAt);
        Writer.Commit();
        return sequence;
    }

    /// <summary>Runs a statement as an operator would, and gives the rows with their columns joined by |.</summary>
    public string[] Sql(string sql) => _database.Sql(sql);

    /// <summary>Ends all connections but those of <see cref="Sql"/>. PostgreSQL only.</summary>
    public int Disconnect() => _database.Disconnect();

    public void Dispose()
    {
        _writer?.Dispose();
        Store.Dispose();
        _database.Dispose();
    }
}
