using System.Text.Json;
using System.Text.Unicode;

namespace Vigil.Core.Transactions;

/// <summary>Decodes the JSON of one transaction (docs/api.md#transaction) from UTF-8, without allocation.</summary>
public static class TransactionJson
{
    /// <summary>Longest JSON text of one transaction, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxDepth = 16;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Decodes one JSON object.</summary>
    /// <param name="utf8">The object; white space around it is allowed, anything else is refused.</param>
    /// <param name="transaction">Receives the fields; its former content is gone either way.</param>
    /// <param name="rejection">Why not, where the result is false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Transaction transaction, out Rejection rejection)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        transaction.Clear();
        if (utf8.Length > MaxLength)
            return Reject("", "the transaction is longer than 65,536 bytes", out rejection);
        if (!Utf8.IsValid(utf8))
            return Reject("", $"invalid UTF-8 at byte {ValidLength(utf8) + 1}", out rejection);
        var pass = new Pass(transaction, utf8);
        var reader = new Utf8JsonReader(utf8, Options);
        try
        {
            return pass.Read(ref reader) && pass.Check() ? Accept(out rejection) : pass.Failed(out rejection);
        }
        catch (JsonException e)
        {
            var problem = reader.CurrentDepth >= MaxDepth - 1 ? $"malformed JSON, or nested deeper than {MaxDepth} levels," : "malformed JSON";
            return Reject("", $"{problem} at byte {Offset(utf8, e) + 1}", out rejection);
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's answer to an escaped surrogate without its other half.
            return Reject("", $"a text has half a surrogate pair before byte {reader.BytesConsumed + 1}", out rejection);
        }
    }

    /// <summary>Bytes before the first that is no UTF-8.</summary>
    private static int ValidLength(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (System.Text.Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }

    private static long Offset(ReadOnlySpan<byte> utf8, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
            start += utf8[start..].IndexOf((byte)'\n') + 1;
        return start + (e.BytePositionInLine ?? 0);
    }

    private static bool Accept(out Rejection rejection)
    {
        rejection = default;
        return true;
    }

    private static bool Reject(string field, string reason, out Rejection rejection)
    {
        rejection = new Rejection(field, reason);
        return false;
    }

    private ref struct Pass(Transaction transaction, ReadOnlySpan<byte> utf8)
    {
        private readonly ReadOnlySpan<byte> _utf8 = utf8;

        private const int TimestampBit = 1 << 20;
        private const int AmountBit = 1 << 21;
        private const int IsFraudBit = 1 << 22;

        private Rejection _rejection;
        private Transaction.Slice _amount;
        private int _seen;

        public readonly bool Failed(out Rejection rejection)
        {
            rejection = _rejection;
            return false;
        }

        public bool Read(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fail("", "a transaction is a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Property(ref reader))
                    return false;
            }

            // Anything after the object makes this throw a JsonException.
            reader.Read();
            transaction.DropNulls();
            return true;
        }

        /// <summary>What can be judged only when all fields are there.</summary>
        public bool Check()
        {
            if (transaction[Field.TransactionId].IsEmpty)
                return Fail("transaction_id", "is missing or empty");
            if (transaction[Field.AccountId].IsEmpty)
                return Fail("account_id", "is missing or empty");
            if ((_seen & TimestampBit) == 0)
                return Fail("timestamp", "is missing");
            if ((_seen & AmountBit) == 0)
                return Fail("amount", "is missing");
            var code = transaction[Field.Currency];
            var exponent = code.IsEmpty ? 2 : Currency.Exponent(code);
            if (exponent < 0)
                return Fail("currency", "is not an active ISO 4217 code (three upper-case letters)");
            var error = ExactDecimal.Parse(transaction.Text(_amount), exponent, out var minor);
            if (error.Length > 0)
                return Fail("amount", error);
            transaction.Amount = new Money(minor, exponent);
            return true;
        }

        private bool Property(ref Utf8JsonReader reader)
        {
            // An escaped name is unescaped first: "\u0061mount" is amount to every JSON parser, so it is here.
            var name = reader.ValueIsEscaped ? transaction.Text(CopyText(ref reader)) : reader.ValueSpan;
            var index = Fields.IndexOf(name);
            if (index >= 0)
                return ReadField(ref reader, (Field)index);
            if (name.SequenceEqual("timestamp"u8))
                return ReadTimestamp(ref reader);
            if (name.SequenceEqual("amount"u8))
                return ReadAmount(ref reader);
            return name.SequenceEqual("is_fraud"u8) ? ReadIsFraud(ref reader) : ReadAttribute(ref reader);
        }

        private bool ReadField(ref Utf8JsonReader reader, Field field)
        {
            if (!Once(1 << (int)field, Fields.Name(field)))
                return false;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
                return true;
            if (reader.TokenType != JsonTokenType.String)
                return Fail(Fields.Name(field), "is not a text");
            var limit = field <= Field.AccountId ? Fields.MaxIdLength : Fields.MaxTextLength;
            var slice = CopyText(ref reader);
            if (slice.Length > limit)
            {
                return Fail(Fields.Name(field), field <= Field.AccountId
                    ? "is longer than 128 bytes of UTF-8"
                    : "is longer than 256 bytes of UTF-8");
            }

            foreach (var c in transaction.Text(slice))
            {
                if (c < 0x20 || c == 0x7F)
                    return Fail(Fields.Name(field), "contains a control character");
            }

            transaction.Set(field, slice);
            return true;
        }

        private bool ReadTimestamp(ref Utf8JsonReader reader)
        {
            if (!Once(TimestampBit, "timestamp"))
                return false;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return Fail("timestamp", "is not a text in ISO 8601 form");
            var text = transaction.Text(CopyText(ref reader));
            if (!Timestamp.TryParse(text, out var micros, out var error))
                return Fail("timestamp", error);
            transaction.Time = micros;
            return true;
        }

        private bool ReadAmount(ref Utf8JsonReader reader)
        {
            if (!Once(AmountBit, "amount"))
                return false;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                _amount = CopyText(ref reader);
                return true;
            }

            if (reader.TokenType != JsonTokenType.Number)
                return Fail("amount", "is not a decimal number");
            _amount = Copy(reader.ValueSpan);
            return true;
        }

        private bool ReadIsFraud(ref Utf8JsonReader reader)
        {
            if (!Once(IsFraudBit, "is_fraud"))
                return false;
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    return true;
                case JsonTokenType.True or JsonTokenType.False:
                    transaction.IsFraud = reader.TokenType == JsonTokenType.True;
                    return true;
                case JsonTokenType.Number when reader.ValueSpan is [(byte)'0' or (byte)'1']:
                    transaction.IsFraud = reader.ValueSpan[0] == '1';
                    return true;
                default:
                    return Fail("is_fraud", "is not true, false, 1, 0 or null");
            }
        }

        private bool ReadAttribute(ref Utf8JsonReader reader)
        {
            if (transaction.AttributeCount == Transaction.MaxAttributes)
                return Fail("", "has more than 64 fields that the contract does not name");
            var name = CopyText(ref reader);
            if (name.Length is 0 or > Fields.MaxTextLength)
                return Fail("", "has a field whose name is empty or longer than 256 bytes");
            if (transaction.FindAttribute(transaction.Text(name)) >= 0)
                return Fail("", "has the same field twice");
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    transaction.AddNull(name);
                    return true;
                case JsonTokenType.String:
                    transaction.AddAttribute(name, CopyText(ref reader), AttributeKind.Text);
                    return true;
                case JsonTokenType.True:
                    transaction.AddAttribute(name, Copy(reader.ValueSpan), AttributeKind.True);
                    return true;
                case JsonTokenType.False:
                    transaction.AddAttribute(name, Copy(reader.ValueSpan), AttributeKind.False);
                    return true;
                case JsonTokenType.Number:
                    transaction.AddAttribute(name, Copy(reader.ValueSpan), AttributeKind.Number);
                    return true;
                default:
                    transaction.AddAttribute(name, CopyNested(ref reader), AttributeKind.Json);
                    return true;
            }
        }

        private readonly Transaction.Slice CopyNested(ref Utf8JsonReader reader)
        {
            var start = (int)reader.TokenStartIndex;
            for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
            {
                // Only unescaping tells whether a text is one; whoever reads the attribute later must be able to.
                if (reader.ValueIsEscaped)
                    reader.CopyString(transaction.Reserve(reader.ValueSpan.Length));
            }

            return Copy(_utf8[start..(int)reader.BytesConsumed]);
        }

        private readonly Transaction.Slice Copy(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(transaction.Reserve(bytes.Length));
            return transaction.Commit(bytes.Length);
        }

        private readonly Transaction.Slice CopyText(ref Utf8JsonReader reader)
        {
            // CopyString also unescapes and refuses half a surrogate pair.
            var room = transaction.Reserve(reader.ValueSpan.Length);
            return transaction.Commit(reader.CopyString(room));
        }

        private bool Once(int bit, string field)
        {
            if ((_seen & bit) != 0)
                return Fail(field, "is there twice");
            _seen |= bit;
            return true;
        }

        private bool Fail(string field, string reason)
        {
            _rejection = new Rejection(field, reason);
            return false;
        }
    }
}
