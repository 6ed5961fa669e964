using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Vigil.Cli.Host;

/// <summary>
/// Shows how far a step is, on standard error: a bar on a terminal, else a line now and then. A sink of its own may
/// take its place, for a process whose output is a log.
/// </summary>
internal sealed class StepProgress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly Action<string>? _line;

    /// <param name="line">Takes the lines; null for the console.</param>
    public StepProgress(Action<string>? line = null) => _line = line;

    /// <summary>Runs a step.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The step; it may tell the share done (0 to 1) and a word on it.</param>
    public T Run<T>(string title, Func<Action<double, string>, T> work)
    {
        if (_line is null && !Console.IsErrorRedirected)
            return WithBar(title, told => work(Onwards(told)));
        return WithLines(title, told => work(Onwards(told)));
    }

    /// <summary>What is done by several threads is told by each of them; what was done stays done.</summary>
    private static Action<double, string> Onwards(Action<double, string> told)
    {
        var most = 0.0;
        return (share, detail) => told(most = Math.Max(most, share), detail);
    }

    private static T WithBar<T>(string title, Func<Action<double, string>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
                var result = work((share, detail) =>
                {
                    bar.Value = share;
                    bar.Description = Markup.Escape(detail.Length == 0 ? title : $"{title}: {detail}");
                });
                bar.Value = 1;
                return result;
            });
    }

    private T WithLines<T>(string title, Func<Action<double, string>, T> work)
    {
        var line = _line ?? Console.Error.WriteLine;
        var watch = Stopwatch.StartNew();
        var next = LineEvery;
        line(title);
        var result = work((share, detail) =>
        {
            if (watch.Elapsed < next)
                return;
            next = watch.Elapsed + LineEvery;
            line(string.Create(CultureInfo.InvariantCulture, $"{title}: {share:P0}{(detail.Length == 0 ? "" : ", ")}{detail}"));
        });
        line(string.Create(CultureInfo.InvariantCulture, $"{title}: done in {watch.Elapsed.TotalSeconds:F1} s"));
        return result;
    }
}
