using System.CommandLine;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Storage.Labels;

namespace Vigil.Cli.Commands.Labels;

/// <summary><c>vigil labels list</c>.</summary>
internal static class LabelsListCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var source = new Option<string?>("--source") { Description = "Only those of a source" };
        source.AcceptOnlyFromAmong([.. LabelSource.All]);
        var limit = new Option<int>("--limit") { Description = $"Most of them, 1 to {LabelQuery.MaxLimit}", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > LabelQuery.MaxLimit)
                r.AddError($"--limit is from 1 to {LabelQuery.MaxLimit}.");
        });
        var before = new Option<long?>("--before") { Description = "Only those stored before the one with this id, to see more" };
        var command = workplace.AddTo(new Command("list",
            """
            List labels, the newest first

            Examples:
              vigil labels list
              vigil labels list --source dispute --limit 20 --json
            """)
        { source, limit, before });
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            Show(store.Labels.List(new LabelQuery(parsed.GetValue(limit), parsed.GetValue(before), parsed.GetValue(source))), workplace.IsJson(parsed));
            return ExitCode.Ok;
        });
        return command;
    }

    internal static void Show(IReadOnlyList<StoredLabel> labels, bool isJson)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(labels.Select(LabelsCommand.Shown).ToList(), CliJson.Default.ListShownLabel));
            return;
        }

        if (labels.Count == 0)
        {
            Console.WriteLine("No labels.");
            return;
        }

        var table = new TextTable("id", "transaction", "was", "source", "known since", "stored", "by", "note");
        foreach (var label in labels)
        {
            table.Add(
                $"{label.Id}", label.TransactionId, LabelText.Of(label.IsFraud), label.Source, Timestamp.Format(label.ObservedAt)[..19],
                Timestamp.Format(label.CreatedAt)[..19], label.Actor, label.Note ?? "");
        }

        table.Write(Console.Out);
    }
}
