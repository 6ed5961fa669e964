namespace Vigil.Tests.Core.Expressions.Oracle;

/// <summary>What is printed with random spaces, quotes, escapes and brackets is read as the tree that it was printed from.</summary>
public sealed class OracleParserTests
{
    [Fact]
    public void What_the_generator_prints_is_what_the_oracle_reads()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var node = new ExpressionGenerator(random, vigil: seed % 2 == 0).Of(ExpressionType.Bool, 4);
            var source = OraclePrinter.Print(node, random);
            OraclePrinter.Print(OracleParser.Parse(source)).ShouldBe(OraclePrinter.Print(node), source);
        }
    }

    [Theory]
    [InlineData("1 + 2 * 3 == 7 && !false", true)]
    [InlineData("10 - 4 - 3 == 3 && 7 % 4 * 2 == 6", true)]
    [InlineData("'aaa'.matches('^a{2}$')", false)]
    [InlineData("'a\\n'.matches('a$')", false)]
    [InlineData("'١'.matches('\\\\d')", false)]
    [InlineData("'ABC'.matches('(?i)b[a-c]')", true)]
    [InlineData("dyn(9007199254740993) == 9007199254740992.0", false)]
    [InlineData("[1, 2, 3].all(x, 6 / (2 - x) == 6)", false)]
    [InlineData("timestamp('2026-03-01T00:00:00Z').getDayOfWeek() == 0", true)]
    [InlineData("duration('-1.5h') == duration('-90m')", true)]
    public void The_oracle_knows_what_can_be_worked_out_by_hand(string source, bool expected) =>
        OracleInterpreter.Evaluate(OracleParser.Parse(source), OracleEnvironment.Pure).ShouldBe(expected);
}
