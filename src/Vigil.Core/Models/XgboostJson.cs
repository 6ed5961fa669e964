using System.Buffers;
using System.Text.Json;

namespace Vigil.Core.Models;

/// <summary>
/// XGBoost's model formats JSON and UBJSON ("Introduction to Model IO" in its documentation), for <c>gbtree</c> and
/// <c>dart</c> boosters with a binary logistic objective. Reads what versions 1.0 to 3.x write; writes JSON that 1.7 reads.
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
    /// It is damaged, or uses what Vigil does not support (linear boosters, other objectives, several classes, categorical splits).
    /// </exception>
    public static TreeEnsemble Read(ReadOnlySpan<byte> utf8)
    {
        if (Ubjson.Is(utf8))
            utf8 = Ubjson.ToJson(utf8);
        if (utf8.StartsWith("binf"u8) || (!utf8.IsEmpty && utf8[0] != 0xEF && (utf8[0] is < (byte)'\t' or > (byte)'~')))
            throw new ModelFormatException("", "this is XGBoost's legacy binary format or no model; load it with the XGBoost that wrote it and save it under a name that ends in .json or .ubj.");

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

    /// <summary>Writes a document that XGBoost 1.7 and later load, and from which they predict the same margins.</summary>
    public static void Write(TreeEnsemble model, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        XgboostJsonWriter.Write(model, json);
    }
}
