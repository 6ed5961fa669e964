using System.IO.Compression;
using System.Text;
using Vigil.Training.Simulation;

namespace Vigil.Tests.Training.Simulation;

public sealed class CompactFileTests
{
    private const string Header = "dt_s,customer,terminal,cents,scenario\n";

    [Fact]
    public void Seconds_are_the_running_sum_of_the_waits()
    {
        var data = Read(Header + "31,596,3156,5716,0\n0,4961,3412,8151,3\r\n346,2,1365,0,1");
        data.Count.ShouldBe(3);
        data.Seconds.ShouldBe([31, 31, 377]);
        data.Customer.ShouldBe([596, 4961, 2]);
        data.Terminal.ShouldBe([3156, 3412, 1365]);
        data.Cents.ShouldBe([5716, 8151, 0]);
        data.Scenario.ShouldBe([(byte)0, (byte)3, (byte)1]);
        data.Fraud().ShouldBe([false, true, true]);
    }

    [Fact]
    public void What_is_written_is_read_back_and_equal_data_give_equal_bytes()
    {
        // Enough rows for lines to lie across the ends of the reader's buffer.
        var options = SimulationOptions.ForCustomers(500) with { StartDate = new(2020, 2, 28), Seed = 8 };
        var data = CompactDataset.From(new Simulator(options).Days(0, 20), options.StartDate);
        data.Count.ShouldBeGreaterThan(10_000);

        var file = new MemoryStream();
        CompactFile.Write(file, data);
        var again = new MemoryStream();
        CompactFile.Write(again, data);
        again.ToArray().ShouldBe(file.ToArray());

        file.Position = 0;
        var read = CompactFile.Read(file);
        read.Seconds.ShouldBe(data.Seconds);
        read.Customer.ShouldBe(data.Customer);
        read.Terminal.ShouldBe(data.Terminal);
        read.Cents.ShouldBe(data.Cents);
        read.Scenario.ShouldBe(data.Scenario);
        read.Seconds[0].ShouldBeLessThan(86_400);
        (read.Seconds[^1] / 86_400).ShouldBe(19);
    }

    [Fact]
    public void A_file_may_arrive_byte_by_byte()
    {
        var zipped = Zip(Header + "1,2,3,4,0\n5,6,7,8,2\n");
        CompactFile.Read(new Dribble(zipped)).Seconds.ShouldBe([1, 6]);
    }

    [Theory]
    [InlineData("", "Line 1 must be the header")]
    [InlineData("time,customer\n1,2\n", "Line 1 must be the header")]
    [InlineData(Header + "1,2,3,4,0\n1,2,3,4\n", "Line 3: cents must be")]
    [InlineData(Header + "1,2,3,4,0,9\n", "Line 2: scenario must be")]
    [InlineData(Header + "1,2,x,4,0\n", "Line 2: terminal must be")]
    [InlineData(Header + "-1,2,3,4,0\n", "Line 2: dt_s must be")]
    [InlineData(Header + "1,2,3,4.5,0\n", "Line 2: cents must be")]
    [InlineData(Header + "1,,3,4,0\n", "Line 2: customer must be")]
    [InlineData(Header + "1, 2,3,4,0\n", "Line 2: customer must be")]
    [InlineData(Header + "1,2,3,4,0\n\n1,2,3,4,0\n", "Line 3: dt_s must be")]
    [InlineData(Header + "1,2,3,4,4\n", "Line 2: scenario must be 0, 1, 2 or 3, not 4")]
    [InlineData(Header + "1,2147483648,3,4,0\n", "Line 2: customer is larger than 2147483647")]
    [InlineData(Header + "1,2,3,99999999999999999999999,0\n", "Line 2: cents is larger")]
    [InlineData(Header + "2147483647,2,3,4,0\n1,2,3,4,0\n", "Line 3: the time is more than")]
    public void A_malformed_file_is_refused_with_the_line_and_the_reason(string text, string reason)
    {
        Should.Throw<InvalidDataException>(() => Read(text)).Message.ShouldContain(reason);
        Should.Throw<InvalidDataException>(() => CompactFile.Read(new MemoryStream(Zip(text)))).Message.ShouldContain(reason);
    }

    [Fact]
    public void A_line_without_end_is_refused_instead_of_read_into_memory() =>
        Should.Throw<InvalidDataException>(() => Read(Header + new string('1', 1 << 20))).Message.ShouldContain("Line 2 is longer");

    [Fact]
    public void A_gzip_file_that_was_cut_off_is_refused()
    {
        var zipped = Zip(Header + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i % 97},{i % 4_999},{i % 9_973},{i},0\n")));
        foreach (var kept in new[] { 2, 9, zipped.Length / 2, zipped.Length - 20 })
            Should.Throw<InvalidDataException>(() => CompactFile.Read(new MemoryStream(zipped, 0, kept)), $"{kept} of {zipped.Length} bytes");
    }

    [Fact]
    public void A_data_set_out_of_order_is_not_written() =>
        Should.Throw<ArgumentException>(() => CompactFile.Write(new MemoryStream(), new([5, 4], [0, 0], [0, 0], [0, 0], [0, 0])))
            .Message.ShouldContain("Row 1");

    private static CompactDataset Read(string text) => CompactFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static byte[] Zip(string text)
    {
        var result = new MemoryStream();
        using (var zip = new GZipStream(result, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return result.ToArray();
    }

    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
