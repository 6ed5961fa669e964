using System.Buffers;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// XGBoost's JSON model format ("Introduction to Model IO" in its documentation), for <c>gbtree</c> boosters with a
/// binary logistic objective. Reads what versions 1.0 to 3.x write; writes what 1.7 reads.
/// </summary>
/// <remarks>
/// Every tree of a document is scored, whatever its attribute <c>best_iteration</c> says: that is what XGBoost's
/// library does (its scikit-learn wrapper cuts there).
/// </remarks>
public static class XgboostJson
{
    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The whole document.</param>
    /// <exception cref="ModelFormatException">
    /// It is damaged, or uses what Vigil does not support (other boosters and objectives, several classes, categorical splits).
    /// </exception>
    public static TreeEnsemble Read(ReadOnlySpan<byte> utf8)
    {
        if (IsUbjson(utf8))
            throw new ModelFormatException("", "this is UBJSON, XGBoost's binary format; save the model under a name that ends in .json.");
        if (utf8.StartsWith("binf"u8) || (!utf8.IsEmpty && utf8[0] != 0xEF && (utf8[0] is < (byte)'\t' or > (byte)'~')))
            throw new ModelFormatException("", "this is XGBoost's legacy binary format or no model; save it with XGBoost under a name that ends in .json.");

        var cursor = new JsonCursor(utf8);
        cursor.Advance();
        var document = new XgboostDocument();
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "learner")
                XgboostJsonReader.ReadLearner(ref cursor, document);
            else
                cursor.Skip();
        }

        cursor.ExpectEnd();
        return document.ToEnsemble();
    }

    /// <summary>Whether the bytes begin an object of UBJSON: after the brace comes the type of a key's length.</summary>
    internal static bool IsUbjson(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 2 && bytes[0] == (byte)'{' && bytes[1] is (byte)'i' or (byte)'U' or (byte)'I' or (byte)'l' or (byte)'L';

    /// <summary>Writes a document that XGBoost 1.7 and later load, and from which they predict the same margins.</summary>
    public static void Write(TreeEnsemble model, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        XgboostJsonWriter.Write(model, json);
    }
}
