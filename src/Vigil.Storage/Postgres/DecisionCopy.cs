using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Npgsql;
using Vigil.Core.Decisions;
using Vigil.Core.Transactions;
using Vigil.Storage.Cases;

namespace Vigil.Storage.Postgres;

/// <summary>
/// The rows of a batch on their way to the server. Streamed, they are sent by another thread while later ones are decided, so
/// that all of them work at once; otherwise at the end, so that the connection is free until then.
/// </summary>
/// <param name="work">What is done on the connection, which is its own until all of it is done.</param>
internal sealed class DecisionCopy(WorkInOrder work)
{
    private const int ChunkLength = 256 * 1024;

    // The server has rows and ids of some thousands, then of the next: so there is little left to do at the end of a batch.
    private const int IdsTogether = 2_048;

    private const short FieldCount = 35;

    private const string RowsSql =
        """
        COPY transactions (seq, time, "timestamp", amount_minor, received_at, decided_at, engine_id, label_id,
            list_change_id, decide_us, ml_anomaly_score, propensity, amount_exponent, outcome, is_fraud, degraded, model_kind,
            transaction_id, account_id, amount, currency, merchant_category, merchant_id, location, country, card_id,
            device_id, ip, email, channel, status, alert_reason, rule_results, features, payload)
        FROM STDIN (FORMAT BINARY)
        """;

    private const string IdsSql = "COPY transaction_ids (transaction_id, seq) FROM STDIN (FORMAT BINARY)";

    private const string ScoresSql =
        "COPY challenger_scores (seq, \"timestamp\", challenger_id, score) FROM STDIN (FORMAT BINARY)";

    private static readonly byte[] NewStatus = System.Text.Encoding.UTF8.GetBytes(CaseStatusText.Of(CaseStatus.New));

    private readonly ConcurrentBag<CopyBuffer> _free = [];
    private byte[] _reason = new byte[256];
    private CopyBuffer _rows = new();
    private CopyBuffer _ids = new();
    // Only where there is a challenger.
    private CopyBuffer? _scores;
    private int _pending;

    // Of what is done on the connection.
    private NpgsqlRawCopyStream? _stream;

    /// <summary>Begins a batch.</summary>
    public void Clear()
    {
        _pending = 0;
        _rows.Clear();
        _ids.Clear();
        _scores?.Clear();
    }

    /// <summary>Adds scores of a challenger to the batch; they are sent at its end.</summary>
    public void AddScores(long challenger, ReadOnlySpan<long> sequences, ReadOnlySpan<long> times, ReadOnlySpan<float> scores)
    {
        _scores ??= _free.TryTake(out var free) ? free : new CopyBuffer();
        if (_scores.Length == 0)
            _scores.Header();
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
                continue;
            _scores.Row(4);
            _scores.Big(sequences[i]);
            _scores.Timestamp(times[i]);
            _scores.Integer((int)challenger);
            _scores.Real(scores[i]);
        }
    }

    public void Add(
        NpgsqlConnection connection, bool isStreamed, long sequence, ReadOnlySpan<byte> payload, Transaction transaction,
        Decision decision, in Provenance provenance)
    {
        if (_pending++ == 0)
        {
            _rows.Header();
            _ids.Header();
        }

        _rows.Row(FieldCount);
        AddNumbers(sequence, transaction, decision, provenance);
        AddTexts(transaction);
        _rows.Text(decision.Outcome == Outcome.Allow ? default : NewStatus);
        _rows.Text(WithoutZeros(decision.Reason));
        if (decision.RuleResults.IsEmpty)
            _rows.Null();
        else
            _rows.Bytes(decision.RuleResults);
        _rows.Bytes(MemoryMarshal.AsBytes(decision.Features.AsSpan()));
        _rows.Bytes(payload);
        _ids.Row(2);
        _ids.Text(transaction[Field.TransactionId]);
        _ids.Big(sequence);
        if (!isStreamed)
            return;
        if (_pending == IdsTogether)
            EndRows(connection, isAwaited: false);
        else if (_rows.Length >= ChunkLength)
            SendRows(connection, isAwaited: false);
    }

    /// <summary>Sends what is left of the batch.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="isAwaited">Whether the server has everything when it returns; otherwise when what was added to the work is done.</param>
    public void Complete(NpgsqlConnection connection, bool isAwaited)
    {
        if (_pending > 0)
            EndRows(connection, isAwaited);
        if (_scores is { Length: > 0 } scores)
        {
            scores.Trailer();
            _scores = null;
            Send(() => Copy(connection, ScoresSql, scores), isAwaited);
        }

        if (isAwaited)
            work.Wait();
    }

    /// <summary>Takes back what is on its way. Nothing is being done any more.</summary>
    public void Cancel()
    {
        if (_stream is not { } stream)
            return;
        _stream = null;
        try
        {
            stream.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended with its connection.
        }
    }

    private void EndRows(NpgsqlConnection connection, bool isAwaited)
    {
        _rows.Trailer();
        _ids.Trailer();
        SendRows(connection, isAwaited);
        var ids = Exchange(ref _ids);
        Send(() =>
        {
            _stream!.Dispose();
            _stream = null;
            Copy(connection, IdsSql, ids);
        }, isAwaited);
        _pending = 0;
    }

    private void SendRows(NpgsqlConnection connection, bool isAwaited)
    {
        var rows = Exchange(ref _rows);
        Send(() =>
        {
            _stream ??= connection.BeginRawBinaryCopy(RowsSql);
            _stream.Write(rows.Written);
            Return(rows);
        }, isAwaited);
    }

    private void Copy(NpgsqlConnection connection, string sql, CopyBuffer rows)
    {
        using (var stream = connection.BeginRawBinaryCopy(sql))
            stream.Write(rows.Written);
        Return(rows);
    }

    /// <summary>Sends something after what was sent before: by this thread where it is waited for, else by another.</summary>
    private void Send(Action sending, bool isAwaited)
    {
        if (!isAwaited)
        {
            work.Add(sending);
            return;
        }

        work.Wait();
        sending();
    }

    private CopyBuffer Exchange(ref CopyBuffer buffer)
    {
        var full = buffer;
        buffer = _free.TryTake(out var free) ? free : new CopyBuffer();
        return full;
    }

    private void Return(CopyBuffer buffer)
    {
        buffer.Clear();
        _free.Add(buffer);
    }

    private void AddNumbers(long sequence, Transaction transaction, Decision decision, in Provenance provenance)
    {
        _rows.Big(sequence);
        _rows.Big(transaction.Time);
        _rows.Timestamp(transaction.Time);
        _rows.Big(transaction.Amount.Minor);
        _rows.Big(provenance.ReceivedAt);
        _rows.Big(provenance.DecidedAt);
        _rows.Big(provenance.EngineId);
        _rows.Big(provenance.LabelId);
        _rows.Big(provenance.ListChangeId);
        _rows.Integer(provenance.DecideMicros);
        _rows.Real(decision.Score);
        _rows.Real(decision.Propensity);
        _rows.Small(transaction.Amount.Exponent);
        _rows.Small((int)decision.Outcome);
        if (transaction.IsFraud is { } isFraud)
            _rows.Small(isFraud ? 1 : 0);
        else
            _rows.Null();
        _rows.Small(decision.Degraded ? 1 : 0);
        _rows.Small((int)decision.Model);
    }

    private void AddTexts(Transaction transaction)
    {
        _rows.Text(transaction[Field.TransactionId]);
        _rows.Text(transaction[Field.AccountId]);
        _rows.Numeric(transaction.Amount.Units, transaction.Amount.Exponent);
        _rows.Text(transaction[Field.Currency]);
        _rows.Text(transaction[Field.MerchantCategory]);
        _rows.Text(transaction[Field.MerchantId]);
        _rows.Text(transaction[Field.Location]);
        _rows.Text(transaction[Field.Country]);
        _rows.Text(transaction[Field.CardId]);
        _rows.Text(transaction[Field.DeviceId]);
        _rows.Text(transaction[Field.Ip]);
        _rows.Text(transaction[Field.Email]);
        _rows.Text(transaction[Field.Channel]);
    }

    /// <summary>A reason may quote an attribute, and PostgreSQL's texts hold every character but one.</summary>
    private ReadOnlySpan<byte> WithoutZeros(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)0))
            return text;
        if (_reason.Length < text.Length)
            _reason = new byte[text.Length];
        text.CopyTo(_reason);
        var copy = _reason.AsSpan(0, text.Length);
        copy.Replace((byte)0, (byte)' ');
        return copy;
    }
}
