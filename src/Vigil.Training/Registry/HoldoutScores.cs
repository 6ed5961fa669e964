using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Vigil.Training.Registry;

/// <summary>
/// Scores of rows that a model learned from, as the same learner gave them before it had seen them (holdout.csv.gz): the
/// only honest scores there are of the newest rows. Compressed CSV, so that other tools can read it.
/// </summary>
/// <param name="Sequences">Numbers of the rows in the order of acceptance; rising.</param>
/// <param name="Times">Their event times, microseconds: a row of another database is not taken for one of these.</param>
/// <param name="Scores">As the model would have scored them, calibrated as it is.</param>
/// <param name="HeldOut">The same, calibrated by a map that was fitted to other rows: for measuring the calibration.</param>
public sealed record HoldoutScores(long[] Sequences, long[] Times, float[] Scores, float[] HeldOut)
{
    public const string FileName = "holdout.csv.gz";

    /// <summary>More rows than this are thinned.</summary>
    public const int MaxRows = 500_000;

    private const string Header = "seq,time,score,held_out_score";

    /// <summary>The place of a row; negative where it is not there.</summary>
    public int Find(long sequence, long time) =>
        Array.BinarySearch(Sequences, sequence) is >= 0 and var place && Times[place] == time ? place : -1;

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Optimal))
        using (var text = new StreamWriter(zip, new UTF8Encoding(false)) { NewLine = "\n" })
        {
            text.WriteLine(Header);
            for (var i = 0; i < Sequences.Length; i++)
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Sequences[i]},{Times[i]},{Scores[i]},{HeldOut[i]}"));
        }

        return bytes.ToArray();
    }

    /// <exception cref="RegistryException">The file is damaged; says in which line.</exception>
    public static HoldoutScores Read(ReadOnlyMemory<byte> file)
    {
        var (sequences, times, scores, heldOut) = (new List<long>(), new List<long>(), new List<float>(), new List<float>());
        try
        {
            using var zip = new GZipStream(new MemoryStream(file.ToArray()), CompressionMode.Decompress);
            using var text = new StreamReader(zip);
            if (text.ReadLine() != Header)
                throw new RegistryException($"{FileName} is damaged: its first line is not {Header}.");
            for (var line = 2; text.ReadLine() is { } row; line++)
            {
                var cells = row.Split(',');
                if (cells.Length != 4
                    || !long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                    || !long.TryParse(cells[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
                    || !float.TryParse(cells[2], CultureInfo.InvariantCulture, out var score)
                    || !float.TryParse(cells[3], CultureInfo.InvariantCulture, out var held)
                    || (sequences.Count > 0 && sequence <= sequences[^1]))
                    throw new RegistryException($"{FileName} is damaged in line {line}.");
                sequences.Add(sequence);
                times.Add(time);
                scores.Add(score);
                heldOut.Add(held);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RegistryException($"{FileName} is damaged: {e.Message}", e);
        }

        return new HoldoutScores([.. sequences], [.. times], [.. scores], [.. heldOut]);
    }
}
