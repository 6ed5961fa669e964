using System.Buffers;

namespace Vigil.Core.Models;

/// <summary>
/// XGBoost and Python write NaN and Infinity into JSON, which has no such numbers: in quotes they are read as texts that
/// <see cref="JsonCursor"/> takes for numbers.
/// </summary>
internal static class BareNumbers
{
    private static readonly byte[][] Words = ["NaN"u8.ToArray(), "-Infinity"u8.ToArray(), "Infinity"u8.ToArray()];

    /// <summary>The same text where it has none, else a copy with all of them in quotes.</summary>
    public static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("NaN"u8) < 0 && json.IndexOf("Infinity"u8) < 0)
            return json;
        var copy = new ArrayBufferWriter<byte>(json.Length + 1024);
        var inText = false;
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] == '"')
                inText = !inText;
            if (inText && json[at] == '\\' && at + 1 < json.Length)
            {
                copy.Write(json.Slice(at, 2));
                at++;
            }
            else if (!inText && WordAt(json[at..]) is { } word)
            {
                copy.Write("\""u8);
                copy.Write(word);
                copy.Write("\""u8);
                at += word.Length - 1;
            }
            else
            {
                copy.Write(json.Slice(at, 1));
            }
        }

        return copy.WrittenSpan;
    }

    private static byte[]? WordAt(ReadOnlySpan<byte> json)
    {
        foreach (var word in Words)
        {
            if (json.StartsWith(word))
                return word;
        }

        return null;
    }
}
