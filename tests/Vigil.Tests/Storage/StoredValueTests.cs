using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;

namespace Vigil.Tests.Storage;

/// <summary>What is stored keeps its meaning for ever: a red test here means that a value must go back.</summary>
public sealed class StoredValueTests
{
    [Fact]
    public void Outcomes_keep_their_numbers() => Numbers<Outcome>().ShouldBe("Allow=0 Review=1 Block=2");

    [Fact]
    public void Model_kinds_keep_their_numbers() =>
        Numbers<ModelKind>().ShouldStartWith("None=0 Trees=1 IsolationForest=2 Logistic=3");

    [Fact]
    public void Statuses_keep_their_texts()
    {
        Enum.GetValues<CaseStatus>().Select(status => $"{status}={CaseStatusText.Of(status)}")
            .ShouldBe(["New=NEW", "Investigated=INVESTIGATED", "Fraud=FRAUD", "Dismissed=DISMISSED"]);
        foreach (var status in Enum.GetValues<CaseStatus>())
        {
            CaseStatusText.TryParse(CaseStatusText.Of(status), out var parsed).ShouldBeTrue();
            parsed.ShouldBe(status);
        }

        CaseStatusText.TryParse("new", out _).ShouldBeFalse();
        CaseStatusText.TryParse(null, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "SELECT name FROM pragma_table_info('transactions')")]
    [InlineData(DatabaseKind.Postgres, "SELECT column_name FROM information_schema.columns WHERE table_name = 'transactions'")]
    public void Every_text_field_is_a_column(DatabaseKind kind, string columns)
    {
        using var test = new TestStore(kind);
        Fields.All.ShouldBeSubsetOf(test.Sql(columns));
    }

    private static string Numbers<T>()
        where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value)}"));
}
