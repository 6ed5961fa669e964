using System.Text;

namespace Vigil.Core.Transactions;

/// <summary>Names and limits of the text fields.</summary>
public static class Fields
{
    private static readonly string[] Names =
    [
        "transaction_id", "account_id", "currency", "merchant_category", "merchant_id", "location", "country",
        "card_id", "device_id", "ip", "email", "channel",
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Longest transaction_id and account_id, in bytes of UTF-8.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Longest other text field and longest attribute name, in bytes of UTF-8.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Number of text fields.</summary>
    public static int Count => Names.Length;

    /// <summary>All names, indexed by <see cref="Field"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name used in JSON, CSV, SQL, features and rules.</summary>
    public static string Name(Field field) => Names[(int)field];

    /// <summary>Finds a field by its name.</summary>
    public static bool TryParse(string name, out Field field)
    {
        var index = Array.IndexOf(Names, name);
        field = (Field)Math.Max(index, 0);
        return index >= 0;
    }

    internal static ReadOnlySpan<byte> Utf8Name(Field field) => Utf8Names[(int)field];

    internal static int IndexOf(ReadOnlySpan<byte> utf8Name)
    {
        for (var i = 0; i < Utf8Names.Length; i++)
        {
            if (utf8Name.SequenceEqual(Utf8Names[i]))
                return i;
        }

        return -1;
    }
}
