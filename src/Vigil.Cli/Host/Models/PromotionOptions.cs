using System.CommandLine;
using Vigil.Training.Comparison;

namespace Vigil.Cli.Host.Models;

/// <summary>The options of commands that put a model in charge.</summary>
internal sealed class PromotionOptions
{
    private readonly Option<double> _margin = new("--margin")
    {
        Description = "By how much its average precision must be higher than that of the model in charge, on the same later payments",
        DefaultValueFactory = _ => new GateOptions().Margin,
    };

    private readonly Option<bool> _force = new("--force") { Description = "Put it in charge though the gate refuses it; needs --reason" };

    private readonly Option<string?> _reason = new("--reason") { Description = "Why; goes into the audit trail" };

    public void AddTo(Command command)
    {
        command.Options.Add(_margin);
        command.Options.Add(_force);
        command.Options.Add(_reason);
    }

    public bool IsForced(ParseResult parsed) => parsed.GetValue(_force);

    public string? Reason(ParseResult parsed) => parsed.GetValue(_reason) is { } reason && !string.IsNullOrWhiteSpace(reason) ? reason.Trim() : null;

    /// <summary>What the gate asks for.</summary>
    /// <exception cref="CommandException">An option is out of its range, or forcing has no reason.</exception>
    public GateOptions Read(ParseResult parsed)
    {
        var margin = parsed.GetValue(_margin);
        if (margin is not (>= 0 and < 1))
            throw new CommandException($"--margin must be at least 0 and below 1, not {margin}", ExitCode.Usage);
        if (IsForced(parsed) && Reason(parsed) is null)
            throw new CommandException("--force needs --reason \"why\": it is written into the audit trail", ExitCode.Usage);
        return new GateOptions { Margin = margin };
    }
}
