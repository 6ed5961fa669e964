using System.Text;
using System.Text.Json;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Detection;
using Vigil.Detection.Kafka;
using Vigil.Tests.Core.Models;
using Vigil.Tests.Storage;

namespace Vigil.Tests.Detection.Kafka;

public sealed class DecisionJsonTests
{
    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Transaction _transaction = new();
    private readonly Decision _decision = new(3);

    [Fact]
    public void A_decision_is_told_with_all_that_a_reader_needs()
    {
        Decode(TestStore.Json("zażółć \\\"1\\\"", "acc-42"));
        _decision.Outcome = Outcome.Block;
        _decision.Score = 0.9125f;
        _decision.Say("amount 7,300; „odd”"u8);
        _decision.HoldRules(LoopFixture.Setup.Rules.Rules.Count);
        _decision.AddMatched(1);
        var model = new ActiveModel("fraud", "7", "def", SampleModels.Trees, new Thresholds(0.5, 0.9));
        Told(VerdictKind.Decided, new EngineSetup(LoopFixture.Setup.Program, model)).ShouldBe(
            $$$"""
            {"kind":"decided","transaction_id":"zażółć \"1\"","account_id":"acc-42","timestamp":"2026-01-01T00:00:00.000000Z",
            "outcome":"block","score":0.9125,"reason":"amount 7,300; „odd”","rules":["{{{LoopFixture.Setup.Rules.Rules[1].Name}}}"],"degraded":false,
            "versions":{"feature_set":{"name":"handbook","version":"{{{LoopFixture.Setup.Features.Version}}}","hash":"{{{LoopFixture.Setup.Features.Hash}}}"},
            "rules":"1","model":{"name":"fraud","version":"7","hash":"def"}},"decided_at":"2026-01-01T00:00:01.000000Z"}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public void Without_a_model_and_a_reason_there_is_null()
    {
        Decode(TestStore.Json("t1"));
        _decision.Clear();
        _decision.Degraded = true;
        var told = JsonElement.Parse(Told(VerdictKind.Decided, LoopFixture.Setup));
        told.GetProperty("score").ValueKind.ShouldBe(JsonValueKind.Null);
        told.GetProperty("reason").ValueKind.ShouldBe(JsonValueKind.Null);
        told.GetProperty("versions").GetProperty("model").ValueKind.ShouldBe(JsonValueKind.Null);
        told.GetProperty("rules").GetArrayLength().ShouldBe(0);
        told.GetProperty("degraded").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(VerdictKind.Duplicate, "duplicate")]
    [InlineData(VerdictKind.Conflict, "conflict")]
    public void What_came_again_is_told_by_its_id_alone(VerdictKind kind, string text)
    {
        Decode(TestStore.Json("t1"));
        Told(kind, LoopFixture.Setup).ShouldBe($$"""{"kind":"{{text}}","transaction_id":"t1","account_id":"A"}""");
    }

    [Fact]
    public void One_writer_tells_what_another_setup_decided_by_that_setup_s_names()
    {
        Decode(TestStore.Json("t1"));
        _decision.HoldRules(64);
        _decision.AddMatched(0);
        using var json = new DecisionJson();
        var verdict = new Verdict(VerdictKind.Decided);
        json.Write(verdict, _transaction, _decision, LoopFixture.Setup);
        var other = new EngineSetup(LoopFixture.Setup.Features, Tests.Core.Rules.TestRules.Version("8", "review when amount > 5"));
        var told = JsonElement.Parse(json.Write(verdict, _transaction, _decision, other));
        told.GetProperty("rules")[0].GetString().ShouldBe("r0");
        told.GetProperty("versions").GetProperty("rules").GetString().ShouldBe("8");
    }

    [Fact]
    public void What_is_no_transaction_is_nothing_to_tell()
    {
        using var json = new DecisionJson();
        Should.Throw<ArgumentOutOfRangeException>(
            () => json.Write(new Verdict(VerdictKind.Rejected), _transaction, _decision, LoopFixture.Setup).Length);
    }

    [Theory]
    [InlineData("""{"kind":"decided"}""", VerdictKind.Decided)]
    [InlineData("""{"a":{"kind":"x"},"kind":"conflict","b":1}""", VerdictKind.Conflict)]
    public void The_kind_is_read_wherever_it_stands(string message, VerdictKind expected)
    {
        DecisionNotice.TryReadKind(Encoding.UTF8.GetBytes(message), out var kind).ShouldBeTrue();
        kind.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"kind":1}""")]
    [InlineData("""{"kind":"rejected"}""")]
    [InlineData("""{"outcome":"block"}""")]
    public void What_is_no_message_of_ours_has_no_kind(string message) =>
        DecisionNotice.TryReadKind(Encoding.UTF8.GetBytes(message), out _).ShouldBeFalse();

    private void Decode(byte[] json) => TransactionJson.TryDecode(json, _transaction, out var rejection).ShouldBeTrue(rejection.ToString());

    /// <summary>The message, with its escapes undone where they only make it hard to read.</summary>
    private string Told(VerdictKind kind, EngineSetup setup)
    {
        using var json = new DecisionJson();
        var verdict = new Verdict(kind, DecidedAt: TestStore.Start + Timestamp.Second);
        var told = JsonElement.Parse(json.Write(verdict, _transaction, _decision, setup));
        return JsonSerializer.Serialize(told, Readable);
    }
}
