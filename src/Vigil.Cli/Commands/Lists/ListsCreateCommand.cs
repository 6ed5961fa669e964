using System.CommandLine;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Rules.Lists;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary><c>vigil lists create</c>.</summary>
internal static class ListsCreateCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var name = new Argument<string>("name") { Description = "Its name in rules: lower-case letters, digits, underscores" };
        var type = new Option<string>("--type") { Description = $"What its values are: {string.Join(", ", ListTypeText.All)}", Required = true };
        type.AcceptOnlyFromAmong([.. ListTypeText.All]);
        var description = new Option<string>("--description") { Description = "What it is for", DefaultValueFactory = _ => "" };
        var command = workplace.AddTo(new Command("create",
            """
            Make a list, or describe one anew

            The type says how values are compared: text exactly, email in lower case, ip with ranges such as
            10.0.0.0/8, number by value.

            Examples:
              vigil lists create blocked_ips --type ip --description "Addresses that attacked us"
              vigil lists create vip_accounts --type text
            """)
        { name, type, description }, writes: true);
        command.SetAction(parsed =>
        {
            using var store = workplace.Open(parsed);
            var list = parsed.GetRequiredValue(name);
            var wanted = (ListType)ListTypeText.All.ToList().IndexOf(parsed.GetRequiredValue(type));
            var (kind, _) = store.Lists.Put(list, wanted, parsed.GetValue(description)!, workplace.Actor(parsed), Workplace.Now);
            ListChanges.Require(kind, list);
            CliOutput.Write(
                workplace.IsJson(parsed), new ChangeAnswer(list, kind == ListChangeKind.Done),
                CliJson.Default.ChangeAnswer,
                kind == ListChangeKind.Done ? $"The list {list} is there; in a rule: … in list(\"{list}\")" : $"The list {list} was there already.");
            return ExitCode.Ok;
        });
        return command;
    }
}
