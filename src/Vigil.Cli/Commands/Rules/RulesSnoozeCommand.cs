using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules snooze</c>: lets a rule be without effect for one entity for a while.</summary>
internal static class RulesSnoozeCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var rule = new Argument<string?>("rule") { Description = "The rule; nothing lists all snoozes", Arity = ArgumentArity.ZeroOrOne };
        var entity = new Argument<string?>("entity") { Description = "For whom, such as account_id=ACC1", Arity = ArgumentArity.ZeroOrOne };
        var until = new Option<string?>("--until") { Description = "Until when: 7d, 2026-12-31 or a time" };
        var reason = new Option<string>("--reason") { Description = "Why", DefaultValueFactory = _ => "" };
        var end = new Option<bool>("--end") { Description = "End the snooze now" };
        var command = workplace.AddTo(new Command("snooze",
            """
            Let a rule be without effect for one entity until a date; its matches are still recorded

            Examples:
              vigil rules snooze high_amount account_id=ACC42 --until 7d --reason "buys a car"
              vigil rules snooze high_amount account_id=ACC42 --end
              vigil rules snooze                            which snoozes there are
            """)
        { rule, entity, until, reason, end }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            if (parsed.GetValue(entity) is not { } named)
                return List(store, parsed.GetValue(rule), workplace.IsJson(parsed));
            var name = parsed.GetValue(rule)!;
            var (field, value) = Entity(named);
            if (parsed.GetValue(end))
            {
                var ended = store.Rules.RemoveSnooze(name, field, value, workplace.Actor(parsed), Workplace.Now);
                CliOutput.Write(
                    workplace.IsJson(parsed), new ChangeAnswer(name, ended), CliJson.Default.ChangeAnswer,
                    ended ? $"{name} has effect for {named} again." : $"{name} was not snoozed for {named}.");
                return ended ? ExitCode.Ok : ExitCode.Incomplete;
            }

            RequireRule(store, name);
            var time = TimeArgument.Later(
                parsed.GetValue(until) ?? throw new CommandException("say until when: --until 7d", ExitCode.Usage), "--until");
            store.Rules.AddSnooze(new Snooze(name, field, value, time, parsed.GetValue(reason)!), workplace.Actor(parsed), Workplace.Now);
            CliOutput.Write(
                workplace.IsJson(parsed), new ChangeAnswer(name, true), CliJson.Default.ChangeAnswer,
                $"{name} has no effect for {named} until {Timestamp.Format(time)[..19]} UTC; its matches are still recorded.");
            return ExitCode.Ok;
        });
        return command;
    }

    internal sealed record ShownSnooze(string Rule, string Entity, string Until, string Reason);

    private static int List(Store store, string? rule, bool json)
    {
        var snoozes = store.Rules.Snoozes(rule, Workplace.Now)
            .Select(s => new ShownSnooze(s.Rule, s.Entry, Timestamp.Format(s.Until), s.Reason)).ToList();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(snoozes, CliJson.Default.ListShownSnooze));
            return ExitCode.Ok;
        }

        if (snoozes.Count == 0)
        {
            Console.WriteLine(rule is null ? "No rule is snoozed." : $"{rule} is not snoozed.");
            return ExitCode.Ok;
        }

        var table = new TextTable("rule", "entity", "until", "reason");
        foreach (var snooze in snoozes)
            table.Add(snooze.Rule, snooze.Entity, snooze.Until[..19], snooze.Reason);
        table.Write(Console.Out);
        return ExitCode.Ok;
    }

    private static (string Field, string Value) Entity(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var field = equals < 0 ? "" : text[..equals];
        return Fields.TryParse(field, out _) && equals < text.Length - 1
            ? (field, text[(equals + 1)..])
            : throw new CommandException($"\"{text}\" is no entity: write one such as account_id=ACC42 or card_id=K7", ExitCode.Usage);
    }

    private static void RequireRule(Store store, string name)
    {
        var rules = RuleSource.InForce(store).Parse().Rules.Select(r => r.Name).ToList();
        if (!rules.Contains(name))
            throw new CommandException($"no rule {name} is in force; there are {string.Join(", ", rules)}");
    }
}
