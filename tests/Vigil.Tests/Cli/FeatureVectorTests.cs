using System.Globalization;
using System.Text;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Core.Transactions;

namespace Vigil.Tests.Cli;

/// <summary>What <c>vigil features compute</c> reads and writes.</summary>
public sealed class FeatureVectorTests
{
    private static readonly float[] Awkward =
        [0.1f, 1f / 3, -0f, float.MaxValue, float.Epsilon, 16_777_217f, 123_456.79f, 1e-10f, float.NaN, 51.77f];

    private static string Write(string format, string id)
    {
        using var stream = new MemoryStream();
        using (var writer = VectorWriter.Of(format, stream, [.. Awkward.Select((_, i) => $"f{i}")]))
            writer.Write(id, Awkward);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void Numbers_in_CSV_are_read_back_to_the_same_bits_by_way_of_doubles()
    {
        var lines = Write("csv", "a,\"b\"").Split('\n');
        lines[0].ShouldBe("transaction_id,f0,f1,f2,f3,f4,f5,f6,f7,f8,f9");
        lines[1].ShouldStartWith("\"a,\"\"b\"\"\",0.1,");
        var values = lines[1]["\"a,\"\"b\"\"\",".Length..].Split(',');
        values[8].ShouldBe("");
        for (var i = 0; i < Awkward.Length; i++)
        {
            if (i != 8)
                BitConverter.SingleToInt32Bits((float)double.Parse(values[i], CultureInfo.InvariantCulture)).ShouldBe(BitConverter.SingleToInt32Bits(Awkward[i]));
        }
    }

    [Fact]
    public void Numbers_in_NDJSON_are_read_back_to_the_same_bits_and_missing_is_null()
    {
        using var document = JsonDocument.Parse(Write("ndjson", "é\"1"));
        document.RootElement.GetProperty("transaction_id").GetString().ShouldBe("é\"1");
        document.RootElement.GetProperty("f8").ValueKind.ShouldBe(JsonValueKind.Null);
        for (var i = 0; i < Awkward.Length; i++)
        {
            if (i != 8)
                BitConverter.SingleToInt32Bits((float)document.RootElement.GetProperty($"f{i}").GetDouble()).ShouldBe(BitConverter.SingleToInt32Bits(Awkward[i]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Lines_are_cut_wherever_the_stream_pauses(int pause)
    {
        var huge = new string('x', 3 * TransactionJson.MaxLength);
        var text = $"{{\"a\": 1}}\r\n\n  \n{huge}\n{{\"b\": 2}}\n{{\"c\": 3}}";
        var read = JsonLines.Read(new Trickle(Encoding.UTF8.GetBytes(text), pause))
            .Select(l => (l.Line, Text: Encoding.UTF8.GetString(l.Utf8.Span).Trim(), l.Rejection.Reason)).ToList();
        read.ShouldBe(
        [
            (1, "{\"a\": 1}", null!), (4, "", "the line is too long for a transaction"), (5, "{\"b\": 2}", null!), (6, "{\"c\": 3}", null!),
        ]);
    }

    /// <summary>A stream that gives a few bytes at a time, as a pipe does.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }
}
