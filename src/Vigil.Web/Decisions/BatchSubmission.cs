using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vigil.Core.Transactions;
using Vigil.Web.Problems;

namespace Vigil.Web.Decisions;

/// <summary>Decides the lines of an NDJSON body and answers each on a line of its own, in order.</summary>
internal sealed class BatchSubmission(Submission submission, ApiOptions options) : IDisposable
{
    // Enough to fill the batches in which decisions are stored; each holds one line of the request.
    private const int MaxInFlight = 256;
    private const int FlushBytes = 32 * 1024;

    private readonly SemaphoreSlim _places = new(options.MaxBatches);

    public void Dispose() => _places.Dispose();

    public async Task<IResult> AnswerAsync(HttpContext context, DecisionTerms terms)
    {
        if (context.Request.ContentLength > options.MaxBatchBytes)
            return TooLarge();
        if (!_places.Wait(0, CancellationToken.None))
        {
            return new ProblemResult(ProblemKind.Unavailable, $"{options.MaxBatches} batches are under way already.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        try
        {
            await StreamAsync(context, terms);
            return TypedResults.Empty;
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task StreamAsync(HttpContext context, DecisionTerms terms)
    {
        // The server's own limit would drop lines that came together with the one that exceeds it.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        context.Response.ContentType = "application/x-ndjson";

        // Most clients send a whole request before they read any of the answer. If reading waited for writing, both
        // sides would wait for ever once the sockets' buffers are full: so what arrives is always taken, into this pipe.
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: 0, minimumSegmentSize: FlushBytes, useSynchronizationContext: false));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var lines = new LineReader(pipe.Reader, TransactionJson.MaxLength);
        var receiving = ReceiveAsync(context.Request.BodyReader, pipe.Writer, lines, stop.Token);
        var inFlight = new Queue<Pending>();
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        try
        {
            while (true)
            {
                while (inFlight.Count < MaxInFlight && lines.TryRead(out var line))
                    inFlight.Enqueue(Start(line, lines.Line, terms, stop.Token));
                if (inFlight.TryDequeue(out var head))
                {
                    await WriteAsync(context, json, head);
                    if (context.Response.BodyWriter.UnflushedBytes >= FlushBytes)
                        await context.Response.BodyWriter.FlushAsync(stop.Token);
                    continue;
                }

                await context.Response.BodyWriter.FlushAsync(stop.Token);
                if (!await lines.MoreAsync(stop.Token))
                    break;
            }

            if (await receiving is { } problem)
                WriteProblem(context, json, problem, lines.Line + 1);
        }
        finally
        {
            await stop.CancelAsync();
            // What was submitted still uses its buffer: nothing is given back before it is done.
            foreach (var pending in inFlight)
                await pending.DrainAsync();
            await receiving;
            await pipe.Reader.CompleteAsync();
        }
    }

    private Pending Start(in ReadOnlySequence<byte> line, long number, DecisionTerms terms, CancellationToken cancel)
    {
        if (line.IsEmpty)
        {
            var problem = new ProblemResult(
                ProblemKind.TooLarge, $"The line is longer than {TransactionJson.MaxLength:N0} bytes.");
            return new Pending(number, [], Task.FromResult(new SubmissionAnswer(Problem: problem)));
        }

        var length = (int)line.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        line.CopyTo(buffer);
        return new Pending(number, buffer, submission.DecideAsync(buffer.AsMemory(0, length), terms, cancel));
    }

    private static async Task WriteAsync(HttpContext context, Utf8JsonWriter json, Pending pending)
    {
        var answer = await pending.Answer;
        pending.Return();
        if (answer.Problem is { } problem)
        {
            WriteProblem(context, json, problem, pending.Line);
            return;
        }

        json.Reset(context.Response.BodyWriter);
        if (answer.Pending is { } late)
            JsonSerializer.Serialize(json, late, ApiJson.Default.PendingDecision);
        else
            JsonSerializer.Serialize(json, answer.Decision!, ApiJson.Default.DecisionDocument);
        context.Response.BodyWriter.Write("\n"u8);
    }

    private static void WriteProblem(HttpContext context, Utf8JsonWriter json, ProblemResult problem, long line)
    {
        json.Reset(context.Response.BodyWriter);
        JsonSerializer.Serialize(
            json, problem.ToProblem(context.Request.Path) with { Line = line }, ApiJson.Default.Problem);
        context.Response.BodyWriter.Write("\n"u8);
    }

    /// <summary>Takes the body into the pipe; what stops it early is the last line's problem.</summary>
    private async Task<ProblemResult?> ReceiveAsync(
        PipeReader body, PipeWriter into, LineReader lines, CancellationToken cancel)
    {
        try
        {
            for (var room = options.MaxBatchBytes; ;)
            {
                var read = await body.ReadAsync(cancel);
                var fits = read.Buffer.Length <= room ? read.Buffer : read.Buffer.Slice(0, room);
                foreach (var segment in fits)
                    into.Write(segment.Span);
                room -= fits.Length;
                var rest = read.Buffer.Length - fits.Length;
                body.AdvanceTo(read.Buffer.End);
                lines.IsCutOff = rest > 0;
                if (rest > 0)
                    return TooLarge();
                await into.FlushAsync(cancel);
                if (read.IsCompleted)
                    return null;
            }
        }
        catch (BadHttpRequestException e)
        {
            lines.IsCutOff = true;
            return new ProblemResult(ProblemKind.Of(e.StatusCode), e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The caller is gone: nobody is left to tell.
            lines.IsCutOff = true;
            return null;
        }
        finally
        {
            await into.CompleteAsync();
        }
    }

    private ProblemResult TooLarge() => new(
        ProblemKind.TooLarge, $"The batch is longer than {options.MaxBatchBytes:N0} bytes; send the rest in another one.");

    /// <summary>A line that is being decided, and the buffer that it is in.</summary>
    private sealed record Pending(long Line, byte[] Buffer, Task<SubmissionAnswer> Answer)
    {
        public void Return()
        {
            if (Buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(Buffer);
        }

        public async Task DrainAsync()
        {
            await ((Task)Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Return();
        }
    }
}
