using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vigil.Web.Caching;

/// <summary>
/// One connection, which many requests share: their commands go out in the order of the calls, and Redis answers in that
/// order. Nobody waits in line: what is under way is bounded, and beyond that a request is refused at once. Safe to use from any thread.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private const int MaxPending = 1024;
    private const int MaxUnsentBytes = 8 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly Lock _lock = new();
    private readonly Queue<Batch> _pending = new();
    private readonly SemaphoreSlim _unsent = new(0);
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _work;
    private ArrayBufferWriter<byte> _filling = new();

    private RedisConnection(Stream stream)
    {
        _stream = stream;
        _work = Task.WhenAll(Task.Run(WriteAsync), Task.Run(ReadAsync));
    }

    /// <summary>Completes with the reason, in words, when the connection has ended.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Connects, authenticates, chooses the database, and sees that an answer comes.</summary>
    /// <exception cref="RedisException">One of these failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.ConnectTimeout);
        try
        {
            var connection = new RedisConnection(await ConnectAsync(options, deadline.Token));
            try
            {
                await connection.GreetAsync(options, deadline.Token);
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RedisException($"{options} did not answer in time");
        }
    }

    /// <summary>Sends some commands, one after the other without others between.</summary>
    /// <returns>Their replies, or null where the connection ended before; null at once where too much is under way.</returns>
    public Task<RedisReply[]?>? TrySend(params ReadOnlySpan<RedisCommand> commands)
    {
        var batch = new Batch(commands.Length);
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                return Task.FromResult<RedisReply[]?>(null);
            if (_pending.Count >= MaxPending || _filling.WrittenCount > MaxUnsentBytes)
                return null;
            foreach (var command in commands)
                command.WriteTo(_filling);
            _pending.Enqueue(batch);
            _unsent.Release();
        }

        return batch.Done.Task;
    }

    /// <summary>Ends the connection; what is under way is not waited for.</summary>
    /// <param name="reason">For <see cref="Closed"/>, in words.</param>
    public void Abort(string reason)
    {
        List<Batch> lost;
        lock (_lock)
        {
            if (_closing.IsCancellationRequested)
                return;
            _closing.Cancel();
            lost = [.. _pending];
            _pending.Clear();
        }

        _stream.Dispose();
        foreach (var batch in lost)
            batch.Done.TrySetResult(null);
        _closed.TrySetResult(reason);
    }

    public async ValueTask DisposeAsync()
    {
        Abort("closed");
        await _work;
        _closing.Dispose();
        _unsent.Dispose();
    }

    private static async Task<Stream> ConnectAsync(RedisOptions options, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancel);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return options.Tls ? await EncryptAsync(stream, options, cancel) : stream;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            throw new RedisException($"{options} cannot be reached ({e.Message})", e);
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new RedisException($"TLS with {options} failed ({e.Message})", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> EncryptAsync(NetworkStream stream, RedisOptions options, CancellationToken cancel)
    {
        var tls = new SslStream(stream);
        var client = new SslClientAuthenticationOptions { TargetHost = options.Host };
        if (options.CaFile is { } file)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            client.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            client.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        await tls.AuthenticateAsClientAsync(client, cancel);
        return tls;
    }

    private async Task GreetAsync(RedisOptions options, CancellationToken cancel)
    {
        if (options.Password is { } password)
        {
            var command = options.User is { } user ? new RedisCommand("AUTH", user, password) : new RedisCommand("AUTH", password);
            // Only the code of what it says: a server that is none may repeat what it was sent.
            if (await AskAsync(command, options, cancel) is { Kind: not RedisReplyKind.Text } refused)
                throw new RedisException($"{options} refused the password ({refused.ErrorCode})");
        }

        if (options.Database != 0)
        {
            var select = await AskAsync(
                new RedisCommand("SELECT", options.Database.ToString(CultureInfo.InvariantCulture)), options, cancel);
            if (select.Kind != RedisReplyKind.Text)
                throw new RedisException($"{options} has no database {options.Database} for this user ({select.ErrorCode})");
        }

        // As patient as a request is: a server that is too slow for requests is left alone.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Timeout);
        var ping = await AskAsync(new RedisCommand("PING"), options, patience.Token);
        if (ping.Kind == RedisReplyKind.Error)
        {
            throw new RedisException(ping.ErrorCode == "NOAUTH"
                ? $"{options} asks for a password, and REDIS_URL has none" : $"{options} refuses commands ({ping.ErrorCode})");
        }

        if (ping.Kind != RedisReplyKind.Text)
            throw new RedisException($"{options} does not speak Redis' protocol");
    }

    private async Task<RedisReply> AskAsync(RedisCommand command, RedisOptions options, CancellationToken cancel)
    {
        var replies = await TrySend(command)!.WaitAsync(cancel);
        return replies?[0] ?? throw new RedisException($"{options}: {await Closed}");
    }

    private async Task WriteAsync()
    {
        var sending = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                await _unsent.WaitAsync(_closing.Token);
                lock (_lock)
                    (sending, _filling) = (_filling, sending);
                if (sending.WrittenCount == 0)
                    continue;
                await _stream.WriteAsync(sending.WrittenMemory, _closing.Token);
                // What was large once need not stay so.
                if (sending.Capacity > MaxUnsentBytes / 8)
                    sending = new ArrayBufferWriter<byte>();
                else
                    sending.ResetWrittenCount();
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            Abort("the connection was lost");
        }
    }

    private async Task ReadAsync()
    {
        var input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(_closing.Token);
                var buffer = read.Buffer;
                while (RespParser.TryRead(ref buffer, out var reply))
                    Take(reply);
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    Abort("the server closed the connection");
                    return;
                }
            }
        }
        catch (RedisException e)
        {
            Abort(e.Message);
        }
        catch (Exception e) when (IsEnd(e))
        {
            Abort("the connection was lost");
        }
    }

    private void Take(in RedisReply reply)
    {
        Batch batch;
        lock (_lock)
        {
            if (!_pending.TryPeek(out batch!))
                throw new RedisException("what answers there answers what was not asked");
            batch.Replies[batch.Count++] = reply;
            if (batch.Count < batch.Replies.Length)
                return;
            _pending.Dequeue();
        }

        batch.Done.TrySetResult(batch.Replies);
    }

    /// <summary>How a stream says that it has ended, or was closed under a reader's or writer's hands.</summary>
    private static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    private sealed class Batch(int commands)
    {
        public RedisReply[] Replies { get; } = new RedisReply[commands];

        public int Count { get; set; }

        public TaskCompletionSource<RedisReply[]?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
