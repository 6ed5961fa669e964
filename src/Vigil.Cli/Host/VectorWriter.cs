using System.Text;
using System.Text.Json;

namespace Vigil.Cli.Host;

/// <summary>
/// Writes feature vectors with the ids of their transactions. Numbers have the digits that bring back the same float32;
/// a missing one is an empty value in CSV and null in NDJSON.
/// </summary>
internal abstract class VectorWriter : IDisposable
{
    public static VectorWriter Of(string format, Stream stream, IReadOnlyList<string> names) =>
        format == "csv" ? new CsvVectors(stream, names) : new JsonVectors(stream, names);

    public abstract void Write(string transactionId, ReadOnlySpan<float> features);

    public abstract void Dispose();

    private sealed class CsvVectors : VectorWriter
    {
        private readonly StreamWriter _text;

        public CsvVectors(Stream stream, IReadOnlyList<string> names)
        {
            _text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            _text.WriteLine("transaction_id," + string.Join(",", names));
        }

        public override void Write(string transactionId, ReadOnlySpan<float> features)
        {
            _text.Write(CsvText.Quote(transactionId));
            foreach (var value in features)
            {
                _text.Write(',');
                CsvText.Write(_text, value);
            }

            _text.WriteLine();
        }

        public override void Dispose() => _text.Dispose();
    }

    private sealed class JsonVectors(Stream stream, IReadOnlyList<string> names) : VectorWriter
    {
        private readonly JsonEncodedText[] _names = [.. names.Select(name => JsonEncodedText.Encode(name))];
        private readonly BufferedStream _stream = new(stream, 1 << 16);
        private readonly Utf8JsonWriter _json = new(Stream.Null);

        public override void Write(string transactionId, ReadOnlySpan<float> features)
        {
            _json.Reset(_stream);
            _json.WriteStartObject();
            _json.WriteString("transaction_id", transactionId);
            for (var i = 0; i < features.Length; i++)
            {
                if (float.IsNaN(features[i]))
                    _json.WriteNull(_names[i]);
                else
                    _json.WriteNumber(_names[i], features[i]);
            }

            _json.WriteEndObject();
            _json.Flush();
            _stream.WriteByte((byte)'\n');
        }

        public override void Dispose()
        {
            _json.Dispose();
            _stream.Dispose();
        }
    }
}
